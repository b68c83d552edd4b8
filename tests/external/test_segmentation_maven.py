"""A real set of accounts and deals, segmented; plain SQL over its CSV says the same.

By sector (crossed with the classes), by size (a number field of the consultant's own), and by
recency, frequency and amount.
"""

import csv
import sqlite3

import pytest

#: How the real set spells what the import mends.
SECTORS = "REPLACE(sector, 'technolgy', 'technology')"
FIFTHS = """
    WITH won AS (
        SELECT account, MAX(close_date) AS last, COUNT(*) AS number, SUM(close_value) AS amount
          FROM sales_pipeline WHERE deal_stage = 'Won' GROUP BY account
    ), fifths AS (
        SELECT account,
               MIN(5, 1 + 5 * (RANK() OVER (ORDER BY last) - 1) / (COUNT(*) OVER () - 1)) AS r,
               MIN(5, 1 + 5 * (RANK() OVER (ORDER BY number) - 1) / (COUNT(*) OVER () - 1)) AS f,
               MIN(5, 1 + 5 * (RANK() OVER (ORDER BY amount) - 1) / (COUNT(*) OVER () - 1)) AS a
          FROM won
    ), scores AS (
        SELECT accounts.account, COALESCE(r + f + a, 0) AS score
          FROM accounts LEFT JOIN fifths ON fifths.account = accounts.account
    ), classes AS (
        SELECT account, score, CASE WHEN score >= 12 THEN 'A' WHEN score >= 9 THEN 'B'
                                    WHEN score >= 3 THEN 'C' ELSE 'D' END AS class
          FROM scores
    )
"""


@pytest.fixture(scope="module")
def sql(maven_folder):
    """The CSV files as tables, and nothing else."""
    with sqlite3.connect(":memory:") as database:
        for name in ("accounts", "sales_pipeline"):
            with (maven_folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
                header, *rows = list(csv.reader(file))
            types = {"close_value": "REAL", "employees": "INTEGER"}
            columns = ", ".join(f"{column} {types.get(column, 'TEXT')}" for column in header)
            database.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * len(header))
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        yield lambda query: database.execute(query).fetchall()


@pytest.fixture(scope="module")
def connection(maven):
    return maven[0]


@pytest.fixture(scope="module")
def rfm(connection):
    [score] = connection.call("crm.segment", "search", [("name", "=", "RFM of companies")])
    connection.call("crm.segment", "action_refresh", [score])
    return score


def scores_of(connection, segment, accounts):
    """Return {account: (class, score)}."""
    members = connection.call(
        "crm.segment.member",
        "search_read",
        [("segment_id", "=", segment)],
        ["partner_id", "class_id", "score"],
        context={"crm_segment_class_short": True},
    )
    names = {
        row["id"]: row["name"]
        for row in connection.call(
            "res.partner", "read", [member["partner_id"][0] for member in members], ["name"]
        )
    }
    found = {
        names[member["partner_id"][0]]: (member["class_id"][1], member["score"])
        for member in members
    }
    return {account: found[account] for account in accounts}


def test_rfm_of_every_account(connection, sql, rfm):
    wanted = {
        account: (name, score)
        for account, score, name in sql(f"{FIFTHS} SELECT account, score, class FROM classes")
    }
    assert len(wanted) == 85
    assert scores_of(connection, rfm, wanted) == wanted
    assert {name for name, _score in wanted.values()} >= {"A", "B", "C"}


def test_classes_by_sector_with_their_revenue(connection, sql, rfm):
    matrix = connection.call("segment.crossing", "get_matrix", f"score:{rfm}", "field:industry_id")
    classes = {row["key"]: row["name"] for row in matrix["rows"]}
    sectors = {column["key"]: column["name"] for column in matrix["columns"]}
    found = {}
    for key, (count, won, _open) in matrix["cells"].items():
        row, column = key.split("|")
        if row in classes and column in sectors and column:
            found[classes[row], sectors[column]] = (count, won)
    wanted = sql(
        f"""
        {FIFTHS}
        SELECT class, {SECTORS}, COUNT(*), SUM((
                   SELECT COALESCE(SUM(close_value), 0) FROM sales_pipeline
                    WHERE sales_pipeline.account = classes.account AND deal_stage = 'Won'))
          FROM classes JOIN accounts ON accounts.account = classes.account
         GROUP BY 1, 2
        """
    )
    assert found == {(name, sector): (count, won) for name, sector, count, won in wanted}


def test_saved_filter_over_sector_and_deals(connection, sql):
    segment = connection.call(
        "crm.segment",
        "create",
        {
            "name": "Technology, 100 000 won",
            "criterion_ids": [
                (0, 0, {"source": "self", "domain": "[('industry_id.name', '=', 'technology')]"}),
                (
                    0,
                    0,
                    {
                        "source": "deal",
                        "condition": "amount",
                        "threshold": 100_000,
                        "domain": "[('won_status', '=', 'won')]",
                    },
                ),
            ],
        },
    )
    found = connection.call(
        "res.partner", "search_read", [("segment_ids", "in", [segment])], ["name"]
    )
    wanted = sql(
        f"""
        SELECT accounts.account FROM accounts JOIN sales_pipeline
            ON sales_pipeline.account = accounts.account AND deal_stage = 'Won'
         WHERE {SECTORS} = 'technology'
         GROUP BY accounts.account HAVING SUM(close_value) >= 100000
        """
    )
    assert wanted
    assert {row["name"] for row in found} == {account for (account,) in wanted}


def test_classes_of_size(connection, sql):
    [model] = connection.call("ir.model", "search", [("model", "=", "res.partner")])
    connection.call(
        "ir.model.fields",
        "create",
        {
            "name": "x_number_of_staff",
            "field_description": "Number of Staff",
            "model_id": model,
            "ttype": "integer",
        },
    )
    staff = dict(sql("SELECT account, employees FROM accounts"))
    accounts = connection.call(
        "res.partner", "search_read", [("name", "in", list(staff))], ["name"]
    )
    for row in accounts:
        connection.call(
            "res.partner", "write", [row["id"]], {"x_number_of_staff": staff[row["name"]]}
        )
    sizes = [("Micro", 0, 10), ("Small", 10, 50), ("Medium", 50, 250), ("Large", 250, None)]
    segment = connection.call(
        "crm.segment",
        "create",
        {
            "name": "Size",
            "method": "score",
            "parameter_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Number of staff",
                        "kind": "field",
                        "field_path": "x_number_of_staff",
                        "range_ids": [
                            (
                                0,
                                0,
                                {
                                    "value_from": low,
                                    "value_to": high or 0,
                                    "open_to": not high,
                                    "points": points,
                                },
                            )
                            for points, (_name, low, high) in enumerate(sizes)
                        ],
                    },
                )
            ],
            "class_ids": [
                (0, 0, {"name": name, "score_from": points})
                for points, (name, _low, _high) in enumerate(sizes)
            ],
        },
    )
    connection.call("crm.segment", "action_refresh", [segment])
    wanted = sql(
        """
        SELECT account, CASE WHEN employees < 10 THEN 'Micro' WHEN employees < 50 THEN 'Small'
                             WHEN employees < 250 THEN 'Medium' ELSE 'Large' END
          FROM accounts
        """
    )
    found = scores_of(connection, segment, staff)
    assert {account: name for account, (name, _score) in found.items()} == dict(wanted)
    assert len({name for _account, name in wanted}) >= 3
