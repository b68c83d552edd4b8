"""The CSV import into a running Odoo, on a format of its own and on the real set."""

import csv
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from helpers.imports import run_import
from import_csv import Connection, ImportFailed
from sample_company import SampleCompany
from suite import paths
from suite.odoo import free_port
from suite.templates import SUITE


@pytest.fixture(scope="module")
def server(odoo, all_templates):
    database = all_templates.fresh_copy(SUITE, "suite_test_import")
    with odoo.server(database, free_port(), "test-import.log", crons=False) as running:
        yield running


@pytest.fixture(scope="module")
def connection(server):
    return Connection(server.url, server.database, "admin", "admin")


@pytest.fixture
def small_company(tmp_path):
    """The sample company cut down to what one test can look at."""
    folder = SampleCompany().write(tmp_path / "company")
    for name, keep in (("opportunities.csv", 40), ("accounts.csv", 240)):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[: keep + 1]), encoding="utf-8")
    return folder


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_sample_company_is_always_the_same(tmp_path):
    first = SampleCompany().write(tmp_path / "1")
    second = SampleCompany().write(tmp_path / "2")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_twice_creates_nothing_twice(connection, small_company, tmp_path):
    first = run_import(connection, small_company, tmp_path / "rejected")
    assert all(not report.rejected for report in first.values())
    assert first["Accounts"].created == 240
    second = run_import(connection, small_company, tmp_path / "rejected")
    assert sum(report.created for report in second.values()) == 0
    assert second["Accounts"].unchanged == 240
    third = run_import(connection, small_company, tmp_path / "rejected", update=True)
    assert third["Accounts"].updated == 240


def test_types_and_groups_come_along(connection, small_company, tmp_path):
    run_import(connection, small_company, tmp_path / "rejected")
    dealers = [row for row in rows_of(small_company / "accounts.csv") if row["type"] == "dealer"]
    found = connection.call(
        "res.partner",
        "search_count",
        [("crm_type_id.code", "=", "dealer"), ("name", "in", [d["account"] for d in dealers])],
    )
    assert found == len(dealers)
    vip = [row for row in dealers if row["group"] == "DEALER-VIP"]
    group = connection.call("crm.contact.group", "search", [("code", "=", "DEALER-VIP")])
    assert vip
    assert connection.call(
        "res.partner", "search_count", [("contact_group_ids", "in", group)]
    ) == len(vip)


def test_bad_rows_are_rejected_with_their_reason_and_the_others_go_in(
    connection, small_company, tmp_path
):
    path = small_company / "accounts.csv"
    rows = rows_of(path)[:6]
    for number, row in enumerate(rows):
        row["account"] = f"Reject test {number}"
    rows[1]["country_code"] = "Atlantis"
    rows[2]["type"] = "no_such_type"
    rows[3]["account"] = ""
    rows[4] = dict(rows[0])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    lines = (small_company / "opportunities.csv").read_text(encoding="utf-8").splitlines(True)
    (small_company / "opportunities.csv").write_text(lines[0], encoding="utf-8")
    reports = run_import(connection, small_company, tmp_path / "rejected")
    accounts = reports["Accounts"]
    assert accounts.created == 2
    assert len(accounts.rejected) == 4
    reasons = {row["account"]: row["_reason"] for row in accounts.rejected}
    assert "Atlantis" in reasons["Reject test 1"]
    assert "no_such_type" in reasons["Reject test 2"]
    assert "must not be empty" in reasons[""]
    assert "again" in reasons["Reject test 0"]
    written = rows_of(tmp_path / "rejected" / "rejected-accounts.csv")
    assert [row["_reason"] for row in written] == [row["_reason"] for row in accounts.rejected]
    assert set(rows[0]) < set(written[0])


def won_rows(number: int) -> list[dict]:
    return [
        {
            "opportunity": f"bad{index}",
            "product": "Switch S24",
            "stage": "won",
            "value": "100",
            "account": "Shared account",
            "agent": "Ada Agent",
            "office": "Central",
            "opened": "2020-01-02",
            "closed": "2020-02-03",
        }
        for index in range(number)
    ]


def write_company(folder, accounts=(), opportunities=()):
    """A company of a few rows, all columns there."""
    SampleCompany().write(folder)
    for name, rows in (("accounts.csv", accounts), ("opportunities.csv", opportunities)):
        names = rows_of(folder / name)[0].keys()
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
    (folder / "agents.csv").write_text(
        "agent,office,manager\nAda Agent,Central,Mona Manager\n", encoding="utf-8"
    )
    return folder


SHARED = {"account": "Shared account", "office": "Central", "country_code": "DE"}


def closing_dates(connection):
    found = connection.call(
        "crm.lead",
        "search_read",
        [("name", "=", "Switch S24 for Shared account")],
        ["date_closed"],
        context={"active_test": False},
    )
    return {row["date_closed"] for row in found}


def test_a_fault_that_names_no_row_blames_the_right_one(connection, tmp_path, monkeypatch):
    """The good rows of such a batch go in once: a won deal keeps its date."""
    rows = won_rows(7)
    folder = write_company(tmp_path / "company", [SHARED], rows)
    real_call = Connection.call

    def call(self, model, method, *arguments, **named):
        # As a server does that fails on a value as a whole, naming no row.
        if (model, method) == ("crm.lead", "load") and any("bad3" in str(r) for r in arguments[1]):
            raise ImportFailed("crm.lead.load: something went wrong")
        return real_call(self, model, method, *arguments, **named)

    monkeypatch.setattr(Connection, "call", call)
    report = run_import(connection, folder, tmp_path / "rejected")["Won and lost opportunities"]
    assert (report.created, len(report.rejected)) == (6, 1)
    assert report.rejected[0]["opportunity"] == "bad3"
    assert closing_dates(connection) == {"2020-02-03 17:00:00"}


def test_update_leaves_closing_dates_and_owners_alone(connection, tmp_path):
    open_row = {"opportunity": "open1", "product": "Switch S24", "stage": "new"}
    folder = write_company(tmp_path / "company", [SHARED], [*won_rows(2), open_row])
    run_import(connection, folder, tmp_path / "rejected")
    [lead] = connection.call("crm.lead", "search", [("name", "=", "Switch S24, enquiry open1")])
    connection.call("crm.lead", "write", [lead], {"user_id": connection.uid})
    reports = run_import(connection, folder, tmp_path / "rejected", update=True)
    assert reports["Open leads"].updated == 1
    [values] = connection.call("crm.lead", "read", [lead], ["user_id"])
    assert values["user_id"][0] == connection.uid
    assert closing_dates(connection) == {"2020-02-03 17:00:00"}


def test_rows_that_no_load_takes_are_rejected_too(connection, tmp_path):
    rows = won_rows(2)
    rows[1]["stage"] = "wom"
    folder = write_company(tmp_path / "company", [SHARED], rows)
    reports = run_import(connection, folder, tmp_path / "rejected")
    [rejected] = reports["Rows of opportunities.csv that nothing takes"].rejected
    assert rejected["opportunity"] == "bad1"
    assert "stage = 'wom'" in rejected["_reason"]


def test_names_that_look_alike_stay_apart(connection, tmp_path):
    names = ["Alike A-B", "Alike A B", "北京公司", "上海公司"]
    rows = won_rows(4)
    for row, name in zip(rows, names, strict=True):
        row.update(opportunity=f"alike{names.index(name)}", account=name)
    folder = write_company(
        tmp_path / "company", [{**SHARED, "account": name} for name in names], rows
    )
    reports = run_import(connection, folder, tmp_path / "rejected")
    assert all(not report.rejected for report in reports.values())
    leads = connection.call(
        "crm.lead",
        "search_read",
        [("name", "in", [f"Switch S24 for {name}" for name in names])],
        ["name", "partner_id"],
    )
    assert len(leads) == 4
    assert all(lead["name"] == f"Switch S24 for {lead['partner_id'][1]}" for lead in leads)


def test_what_is_there_already_is_added_to(connection, tmp_path):
    """A directorate of the office's name gets its people, and keeps its head and its own."""
    team = connection.call("crm.team", "create", [{"name": "Match team"}])
    directorate = connection.call(
        "crm.sales.directorate",
        "create",
        [{"name": "Match", "head_id": connection.uid, "team_ids": [(6, 0, team)]}],
    )
    category = connection.call("product.category", "create", [{"name": "Match things"}])
    folder = write_company(tmp_path / "company")
    (folder / "agents.csv").write_text(
        "agent,office,manager\nMatch Agent,Match,Match Manager\n", encoding="utf-8"
    )
    (folder / "products.csv").write_text(
        "product,category,price\nMatch product,Match things,10\n", encoding="utf-8"
    )
    for _time in range(2):
        reports = run_import(connection, folder, tmp_path / "rejected")
        report = reports["Sales directorates"]
        assert (report.created, report.updated, report.rejected) == (0, 1, [])
        assert reports["Product categories"].unchanged == 1
        [found] = connection.call(
            "crm.sales.directorate",
            "search_read",
            [("name", "=", "Match")],
            ["head_id", "team_ids", "user_ids", "member_ids"],
        )
        assert (found["id"], found["head_id"][0]) == (directorate[0], connection.uid)
        assert len(found["team_ids"]) == 2
        assert len(found["user_ids"]) == 1
        # The head, the manager and the agent.
        assert len(found["member_ids"]) == 3
    [product] = connection.call(
        "product.product", "search_read", [("name", "=", "Match product")], ["categ_id"]
    )
    assert product["categ_id"][0] == category[0]


def test_wrong_password_and_no_server_are_told_apart(server):
    with pytest.raises(ImportFailed, match="wrong password"):
        Connection(server.url, server.database, "admin", "nonsense")
    with pytest.raises(ImportFailed, match="no Odoo answers"):
        Connection(f"http://localhost:{free_port()}", server.database, "admin", "admin")


def test_command_line(server, small_company, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            paths.TOOLS / "import_csv.py",
            small_company,
            f"--url={server.url}",
            f"--database={server.database}",
            f"--rejected={tmp_path / 'rejected'}",
        ],
        env={"ODOO_PASSWORD": "admin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Accounts: 240 rows" in done.stdout
    shutil.rmtree(small_company)
    done = subprocess.run(
        [sys.executable, paths.TOOLS / "import_csv.py", small_company, "--database=x"],
        env={"ODOO_PASSWORD": "admin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is not a folder" in done.stderr


@pytest.fixture(scope="module")
def passing_server(odoo, all_templates):
    """A server on a database of its own, for tests in which something ends."""
    database = all_templates.fresh_copy(SUITE, "suite_test_import_killed")
    with odoo.server(database, free_port(), "test-killed.log", crons=False) as running:
        yield running
    all_templates.databases.drop(database)


def test_killed_half_way_and_called_again(passing_server, tmp_path):
    """SIGKILL after the first batches; the next call brings the rest, nothing twice."""
    url, database = passing_server.url, passing_server.database
    folder = SampleCompany().write(tmp_path / "company")
    leads = len(rows_of(folder / "opportunities.csv"))
    connection = Connection(url, database, "admin", "admin")
    importing = subprocess.Popen(
        [
            sys.executable,
            paths.TOOLS / "import_csv.py",
            folder,
            f"--url={url}",
            f"--database={database}",
            f"--rejected={tmp_path}",
        ],
        env={"ODOO_PASSWORD": "admin"},
        stdout=subprocess.DEVNULL,
    )
    everything = {"context": {"active_test": False}}
    while not connection.call("crm.lead", "search_count", [], **everything):
        assert importing.poll() is None, "it ended before it could be killed"
    importing.kill()
    importing.wait()
    assert connection.call("crm.lead", "search_count", [], **everything) < leads
    run_import(connection, folder, tmp_path)
    assert connection.call("crm.lead", "search_count", [], **everything) == leads
    again = run_import(connection, folder, tmp_path)
    assert sum(report.created for report in again.values()) == 0


def test_a_server_that_goes_away_is_told_and_blames_no_row(passing_server, tmp_path):
    """After the test above: it ends the server."""
    folder = SampleCompany().write(tmp_path / "company")
    connection = Connection(passing_server.url, passing_server.database, "admin", "admin")
    passing_server.stop()
    with pytest.raises(ImportFailed, match="does not answer any more"):
        run_import(connection, folder, tmp_path / "rejected")


def test_maven_counts(maven):
    connection, reports, folder = maven
    pipeline = rows_of(folder / "sales_pipeline.csv")
    assert reports["Accounts"].created == len(rows_of(folder / "accounts.csv")) == 85
    assert reports["Agents"].created == len(rows_of(folder / "sales_teams.csv")) == 35
    assert reports["Products"].created == 7
    loaded = reports["Won and lost opportunities"].created + reports["Open leads"].created
    rejected = sum(len(report.rejected) for report in reports.values())
    assert loaded + rejected == len(pipeline) == 8800
    assert rejected == 0


def test_maven_won_and_lost_keep_dates_and_amounts(maven):
    connection, _reports, folder = maven
    closed = [row for row in rows_of(folder / "sales_pipeline.csv") if row["close_date"]]
    domain = [("won_status", "in", ["won", "lost"])]
    found = connection.call(
        "crm.lead",
        "search_read",
        domain,
        ["date_open", "date_closed", "expected_revenue", "won_status", "partner_id", "user_id"],
        context={"active_test": False},
    )
    as_file = Counter(
        (
            row["account"],
            row["sales_agent"],
            row["deal_stage"].lower(),
            row["engage_date"],
            row["close_date"],
            float(row["close_value"]),
        )
        for row in closed
    )
    partners = connection.call(
        "res.partner", "read", sorted({row["partner_id"][0] for row in found}), ["name"]
    )
    names = {row["id"]: row["name"] for row in partners}
    as_loaded = Counter(
        (
            names[row["partner_id"][0]],
            row["user_id"][1],
            row["won_status"],
            row["date_open"][:10],
            row["date_closed"][:10],
            row["expected_revenue"],
        )
        for row in found
    )
    assert as_loaded == as_file


def test_maven_mends_and_trees(maven):
    connection, _reports, folder = maven
    assert not connection.call("product.product", "search_count", [("name", "=", "GTXPro")])
    assert not connection.call("res.partner.industry", "search_count", [("name", "=", "technolgy")])
    accounts = rows_of(folder / "accounts.csv")
    found = connection.call(
        "res.partner",
        "search_read",
        [("name", "in", [row["account"] for row in accounts])],
        ["name", "parent_name", "country_code", "industry_id"],
    )
    parents = {row["name"]: row["parent_name"] or "" for row in found}
    assert parents == {row["account"]: row["subsidiary_of"] for row in accounts}
    countries = Counter(row["country_code"] for row in found)
    assert countries["US"] == sum(row["office_location"] == "United States" for row in accounts)
    assert countries["KR"] == countries["PH"] == 1
    industries = Counter(row["industry_id"][1] for row in found)
    assert industries["technology"] == sum(row["sector"] == "technolgy" for row in accounts)


def test_maven_offices_and_managers(maven):
    connection, _reports, folder = maven
    agents = rows_of(folder / "sales_teams.csv")
    offices = list({row["regional_office"] for row in agents})
    teams = connection.call(
        "crm.team.member",
        "search_read",
        [("crm_team_id.name", "in", offices)],
        ["user_id", "crm_team_id"],
    )
    found = {row["user_id"][1]: row["crm_team_id"][1] for row in teams}
    assert found == {row["sales_agent"]: row["regional_office"] for row in agents}
    heads = connection.call(
        "crm.sales.directorate", "search_read", [("head_id", "!=", False)], ["head_id"]
    )
    assert {row["head_id"][1] for row in heads} == {row["manager"] for row in agents}


def test_maven_every_open_lead_has_an_owner_of_its_office_or_a_reason(maven):
    connection, _reports, folder = maven
    office = {
        row["sales_agent"]: row["regional_office"] for row in rows_of(folder / "sales_teams.csv")
    }
    open_rows = [
        row
        for row in rows_of(folder / "sales_pipeline.csv")
        if row["deal_stage"] in ("Prospecting", "Engaging")
    ]
    leads = connection.call(
        "crm.lead",
        "search_read",
        [("won_status", "=", "pending")],
        ["user_id", "team_id", "unassigned_reason"],
    )
    assert len(leads) == len(open_rows)
    assert [lead for lead in leads if not lead["user_id"] and not lead["unassigned_reason"]] == []
    owned = Counter(lead["team_id"][1] for lead in leads if lead["user_id"])
    wanted = Counter(office[row["sales_agent"]] for row in open_rows)
    assert owned == wanted
    assert all(
        office[lead["user_id"][1]] == lead["team_id"][1] for lead in leads if lead["user_id"]
    )
