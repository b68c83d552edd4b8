"""bin/run as a new user would: a first call killed, called again, two at once, Ctrl-C."""

import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from import_csv import Connection
from suite import paths
from suite.databases import BUILDING, LOADED, Databases
from suite.odoo import free_port

DATABASE = "suite_test_run"
RUN = [sys.executable, str(paths.ROOT / "bin" / "run"), f"--database={DATABASE}"]


def run(*arguments):
    return subprocess.run([*RUN, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def databases(odoo):
    databases = Databases(odoo)
    databases.drop(DATABASE)
    yield databases
    databases.drop(DATABASE)


@pytest.fixture(scope="module")
def interrupted(databases):
    """What a call leaves that is killed as soon as Odoo has begun to install; its mark."""
    process = subprocess.Popen([*RUN, "--no-serve"], stdout=subprocess.PIPE, text=True)
    with process:
        while not (databases.exists(DATABASE) and has_table(databases, "ir_module_module")):
            assert process.poll() is None, process.stdout.read()
        process.kill()
    assert not has_table(databases, "crm_lead")
    return databases.mark(DATABASE)


@pytest.fixture(scope="module")
def first(interrupted):
    """The one true installation from zero: also the call after the killed one."""
    return run("--no-serve")


@pytest.fixture(scope="module")
def serving(first):
    """bin/run serving; its output is read up to the address."""
    port = free_port()
    process = subprocess.Popen([*RUN, f"--port={port}"], stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Log in at" in line:
            break
    process.head = "".join(lines)
    process.port = port
    yield process
    process.kill()
    process.wait()


def has_table(databases, table: str) -> bool:
    query = "SELECT to_regclass(%s) IS NOT NULL"
    return databases.execute(query, (table,), DATABASE)[0][0]


def test_first_call_reports_what_was_done(first):
    assert first.returncode == 0, first.stdout + first.stderr
    assert re.search(r"Contacts: \d{3} companies", first.stdout)
    assert "Customers / Dealers (" in first.stdout
    for office in ("Central", "East", "West"):
        assert re.search(rf"{office}: \d+\n", first.stdout)
    assert "log in as admin / admin" in first.stdout


def test_every_open_lead_is_accounted_for(first):
    """Owners and reasons add up to the open leads."""
    found = re.search(r"(\d+) open\n", first.stdout)
    teams = re.findall(r"^    (?=\S)[^:\n]*: (\d+)$", first.stdout, re.MULTILINE)
    reasons = re.findall(r"^    (\d+): \D", first.stdout, re.MULTILINE)
    assert sum(map(int, teams)) + sum(map(int, reasons)) == int(found.group(1))


def test_nothing_of_ours_in_the_logs(first):
    from suite.templates import bad_log_lines

    for name in (f"install-{DATABASE}.log", f"load-{DATABASE}.log"):
        log = (paths.LOGS / name).read_text(errors="replace")
        assert bad_log_lines(log) == [], name


def test_second_call_has_nothing_to_do(first, databases):
    assert databases.mark(DATABASE)["stage"] == LOADED
    second = run("--no-serve")
    assert second.returncode == 0
    assert "Installing" not in second.stdout
    assert "Loading" not in second.stdout
    assert second.stdout.split("Contacts:")[1] == first.stdout.split("Contacts:")[1]


def test_an_interrupted_installation_is_made_anew(interrupted, first, databases):
    """What a killed first call leaves is a database marked as being built."""
    assert interrupted["stage"] == BUILDING
    assert "Installing" in first.stdout
    assert databases.mark(DATABASE)["stage"] == LOADED
    assert has_table(databases, "crm_lead")


def test_somebody_elses_database_is_left_alone(databases):
    databases.drop("suite_test_foreign")
    databases.create("suite_test_foreign")
    databases.execute(
        "CREATE SCHEMA app; CREATE TABLE app.mine (id int)", database="suite_test_foreign"
    )
    databases.execute("COMMENT ON DATABASE suite_test_foreign IS NULL")
    for options in ([], ["--reset"]):
        done = subprocess.run(
            [*RUN[:2], "--database=suite_test_foreign", "--no-serve", *options],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "was not made by this command" in done.stderr
    assert databases.execute("SELECT count(*) FROM app.mine", database="suite_test_foreign")
    databases.drop("suite_test_foreign")


def test_files_that_fit_no_format_are_refused_before_anything_is_made(databases, tmp_path):
    done = subprocess.run(
        [*RUN[:2], "--database=suite_test_never", "--no-serve", f"--from={tmp_path}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no known format fits" in done.stderr
    assert not databases.exists("suite_test_never")


def test_other_files_into_the_same_database_are_refused(first, tmp_path):
    from sample_company import SampleCompany

    done = run("--no-serve", f"--from={SampleCompany().write(tmp_path / 'own')}")
    assert done.returncode == 1
    assert "holds the sample company" in done.stderr
    assert "--reset" in done.stderr


def test_the_summary_ends_with_three_things_to_look_at(serving, databases):
    heading, *lines = (serving.stdout.readline() for _line in range(4))
    assert "Three things" in heading
    address = rf"    (\S.+): http://localhost:{serving.port}/odoo/(\S+)\n"
    places = [re.fullmatch(address, line).group(2) for line in lines]
    found = databases.execute(
        "SELECT path FROM ir_actions WHERE path IN %s", (tuple(places),), DATABASE
    )
    assert len(found) == len(set(places)) == 3


def test_one_directorate_of_each_name_with_products_pains_and_members(first, databases):
    rows = databases.execute(
        """
        SELECT d.name ->> 'en_US',
               (SELECT count(*) FROM crm_sales_directorate_product_category_rel c
                  JOIN product_template t ON t.categ_id = c.category_id
                 WHERE c.directorate_id = d.id),
               (SELECT count(*) FROM crm_pain p WHERE p.directorate_id = d.id),
               (SELECT count(*) FROM crm_sales_directorate_member_rel m
                 WHERE m.directorate_id = d.id)
          FROM crm_sales_directorate d
        """,
        database=DATABASE,
    )
    assert sorted(name for name, *_counts in rows) == ["Central", "East", "West"]
    for name, products, pains, members in rows:
        # The demo data's own, and those of the sample company beside them.
        assert products > 2, name
        assert pains >= 2, name
        assert members >= 7, name


def test_no_name_stands_twice(first, databases):
    """The sample company is loaded into the addons' demo data: what both have is one."""
    for table in ("crm_sales_directorate", "product_category", "crm_team", "res_partner_industry"):
        doubled = databases.execute(
            f"SELECT name FROM {table} GROUP BY name HAVING count(*) > 1", database=DATABASE
        )
        assert doubled == [], table


def assert_only_groups_give_their_price(url, database):
    """Who has no price from a group or of its own pays the public price, in each company."""
    connection = Connection(url, database, "admin", "admin")
    for company in connection.call("res.company", "search", []):
        context = {"allowed_company_ids": [company]}
        contacts = connection.call(
            "res.partner",
            "search_read",
            [],
            ["price_level_source", "property_product_pricelist"],
            context=context,
        )
        groups = connection.call(
            "crm.contact.group", "search_read", [], ["effective_pricelist_id"], context=context
        )
        given = {
            row["effective_pricelist_id"][0] for row in groups if row["effective_pricelist_id"]
        }
        others = [row for row in contacts if row["price_level_source"] not in ("own", "group")]
        assert len(others) > 10
        assert all(row["property_product_pricelist"] for row in others)
        wrong = [row for row in others if row["property_product_pricelist"][0] in given]
        assert len(wrong) == 0, f"{len(wrong)} of {len(others)}"


def test_only_groups_give_their_price(serving):
    assert_only_groups_give_their_price(f"http://localhost:{serving.port}", DATABASE)


def test_only_groups_give_their_price_in_the_demo_data_alone(demo_server):
    assert_only_groups_give_their_price(demo_server.url, demo_server.database)


def test_each_price_level_of_the_demo_data_is_used(demo_server):
    connection = Connection(demo_server.url, demo_server.database, "admin", "admin")
    groups = connection.call(
        "crm.contact.group",
        "search_read",
        [("pricelist_id", "!=", False)],
        ["pricelist_id", "member_count"],
    )
    used = {row["pricelist_id"][0] for row in groups if row["member_count"]}
    ours = [("module", "=", "crm_groups"), ("model", "=", "product.pricelist")]
    made = connection.call("ir.model.data", "search_read", ours, ["res_id"])
    assert len(made) == 2
    assert {row["res_id"] for row in made} == used


def test_a_second_one_says_what_is_running(serving):
    second = run("--no-serve")
    assert second.returncode == 1
    assert f"http://localhost:{serving.port}" in second.stderr
    assert str(serving.pid) in second.stderr
    third = run("--database=suite_test_other", f"--port={serving.port}")
    assert third.returncode == 1
    assert f"port {serving.port} is in use" in third.stderr
    assert DATABASE in third.stderr


def test_serves_what_is_there_at_once(serving):
    """One start of Odoo, and nothing before it that takes long."""
    steps = re.findall(r"^(\w.*): done in ", serving.head, re.MULTILINE)
    assert {name.split(",")[0] for name in steps} <= {
        "Starting the database server",
        "Starting the server",
    }
    assert "Starting the server" in serving.head


def test_stops_on_ctrl_c(serving):
    """Last: it ends what the tests above look at."""
    with urllib.request.urlopen(f"http://localhost:{serving.port}/web/login") as answer:
        assert answer.status == 200
    serving.send_signal(signal.SIGINT)
    assert serving.wait(30) == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://localhost:{serving.port}/web/login", timeout=2)
