"""The README's container commands, run as they are written there, in their order."""

import json
import re
import socket
import time
import uuid

import pytest
import websocket
import yaml
from compose_project import ADMIN, DATABASE, NAME, browser, wait_for
from suite import paths
from suite.templates import bad_log_lines


def test_config(project, installed):
    """Compose reads the file as we mean it, with a fresh ``.env``."""
    config = yaml.safe_load(project.docker("compose", "--profile=cluster", "config"))
    assert set(config["services"]) == {"db", "oca", "odoo", "odoo2", "mail"}
    password = config["services"]["db"]["environment"]["POSTGRES_PASSWORD"]
    assert len(password) > 10
    for node in ("odoo", "odoo2"):
        environment = config["services"][node]["environment"]
        assert (environment["HOST"], environment["PASSWORD"]) == ("db", password)
        assert environment["PYTHONPATH"] == "/mnt/oca"


def test_compose_asks_for_a_password(project, installed):
    """An ``.env`` that was copied and not filled in starts nothing."""
    with pytest.raises(AssertionError, match="copy .env.example to .env and set it"):
        project.sh("docker compose --env-file=.env.example config")


def test_the_suite_installs(up, installed):
    assert bad_log_lines(installed) == []
    fields = ["name", "state"]
    domain = [("name", "in", paths.SUITE_ADDONS)]
    states = up.call("ir.module.module", "search_read", domain, fields)
    assert {one["name"]: one["state"] for one in states} == dict.fromkeys(
        paths.SUITE_ADDONS, "installed"
    )


def test_services_are_healthy(up):
    assert up.states("db", "mail", "odoo") == ["healthy"] * 3
    assert len(up.inspect()) == 3


def test_odoo_runs_as_configured(up):
    """Its own user, the workers of the configuration, no list of databases."""
    ids = up.docker("compose", "exec", "-T", "odoo", "sh", "-c", "id -u; id -g").split()
    assert len(ids) == 2 and "0" not in ids
    log = up.docker("compose", "logs", "--no-color", "odoo")
    assert len(re.findall(r"Worker WorkerHTTP \(\d+\) alive", log)) >= 5
    assert "Evented Service (longpolling) running on 0.0.0.0:8072" in log
    refused = browser().post(f"{up.url()}/web/database/list", json={"params": {}}, timeout=60)
    assert refused.json()["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"


def test_log_in(up):
    session = up.log_in()
    assert session.landed.status_code == 200
    assert "odoo" in session.landed.url.removeprefix(up.url())
    assert who_is(session, up.url()) == ("admin", DATABASE)


def who_is(session, url: str) -> tuple[str, str]:
    """The user and database that a server knows a session by."""
    answer = session.post(f"{url}/web/session/get_session_info", json={}, timeout=60).json()
    return answer["result"]["username"], answer["result"]["db"]


def open_websocket(project, session, port: str):
    """A websocket that has told its server what it listens to."""
    connection = websocket.create_connection(
        f"ws://localhost:{project.port(port)}/websocket",
        cookie=f"session_id={session.cookies['session_id']}",
        timeout=60,
        http_no_proxy=["localhost"],
    )
    listen = {"event_name": "subscribe", "data": {"channels": [], "last": 0}}
    connection.send(json.dumps(listen))
    return connection


def wait_for_message(connection, text: str) -> dict:
    """The notification about a message with that text."""
    while True:
        for notification in json.loads(connection.recv()):
            message = notification["message"]
            if message["type"] == "discuss.channel/new_message" and text in json.dumps(message):
                return message


@pytest.fixture(scope="module")
def channel(up) -> int:
    return up.call("discuss.channel", "create", {"name": "Containers"})


def test_live_messages(up, channel):
    """What somebody posts arrives on the websocket of a logged-in user."""
    connection = open_websocket(up, up.log_in(), "ODOO_GEVENT_PORT")
    text = uuid.uuid4().hex
    up.call("discuss.channel", "message_post", [channel], body=text, message_type="comment")
    assert wait_for_message(connection, text)
    connection.close()


def test_live_messages_need_their_own_port(up):
    """What the head of docker-compose.yml says of port 8069."""
    with pytest.raises(websocket.WebSocketBadStatusException):
        open_websocket(up, up.log_in(), "ODOO_PORT")


def test_mail_is_caught(up):
    subject = f"Caught {uuid.uuid4().hex}"
    mail = up.call(
        "mail.mail",
        "create",
        {
            "subject": subject,
            "body_html": "<p>For the mail catcher</p>",
            "email_from": "odoo@example.com",
            "email_to": "somebody@example.com",
            "auto_delete": False,
        },
    )
    up.call("mail.mail", "send", [mail], raise_exception=True)
    page = up.url("MAIL_PORT")
    assert "Mailpit" in browser().get(page, timeout=30).text
    caught = browser().get(f"{page}/api/v1/messages", timeout=30).json()["messages"]
    [message] = [one for one in caught if one["Subject"] == subject]
    assert [to["Address"] for to in message["To"]] == ["somebody@example.com"]
    whole = browser().get(f"{page}/api/v1/message/{message['ID']}", timeout=30).json()
    assert "For the mail catcher" in whole["HTML"]


@pytest.mark.parametrize(
    "path", ["/mnt/extra-addons/crm_groups", "/mnt/oca", "/etc/odoo/odoo.conf"]
)
def test_folders_are_read_only(up, path):
    """Not even root in the container writes to what lies outside of it."""
    with pytest.raises(AssertionError, match="Read-only file system"):
        up.sh(
            f"docker compose exec -T --user root odoo sh -c"
            f" 'if test -d {path}; then touch {path}/x; else echo >> {path}; fi'"
        )


def test_nothing_listens_beyond_this_machine(up):
    published = [
        (container["Name"], port["HostIp"])
        for container in up.inspect()
        for ports in container["NetworkSettings"]["Ports"].values()
        for port in ports or []
    ]
    assert {name for name, _address in published} == {f"/{NAME}-{s}-1" for s in ("odoo", "mail")}
    assert {address for _name, address in published} == {"127.0.0.1"}


def test_other_machines_are_refused(up):
    """A neighbour on the network, here a container, finds no port on this machine's address."""
    [network] = json.loads(up.docker("network", "inspect", f"{NAME}_default"))
    gateway = network["IPAM"]["Config"][0]["Gateway"]
    variables = ("ODOO_PORT", "ODOO_GEVENT_PORT", "MAIL_PORT")
    for port in map(up.port, variables):
        socket.create_connection(("127.0.0.1", port), timeout=30).close()
    probe = (
        "import socket, sys\n"
        "for address, port in zip(sys.argv[1::2], sys.argv[2::2]):\n"
        "    with socket.socket() as probe:\n"
        "        probe.settimeout(5)\n"
        "        print(probe.connect_ex((address, int(port))))\n"
    )
    targets = ["localhost", "8069"]
    for port in map(up.port, variables):
        targets += [gateway, str(port)]
    answers = up.docker(
        "compose", "exec", "-T", "odoo", "python3", "-c", probe, *targets
    ).split()  # fmt: skip
    assert answers[0] == "0"
    assert len(answers) == 4
    assert "0" not in answers[1:]


def test_down_and_up_keep_the_data(up):
    name = uuid.uuid4().hex
    partner = up.call("res.partner", "create", {"name": name})
    # Larger than what goes into the database: it lies in the filestore.
    content = "QUJD" * 1000
    file = up.call("ir.attachment", "create", {"name": name, "datas": content})
    since = int(time.time())
    up.sh(up.readme("docker compose down "))
    assert up.inspect() == []
    # All ended by themselves; what is killed for its slowness says 137.
    ended = up.docker(
        *("events", f"--since={since}", f"--until={int(time.time()) + 1}", "--filter=event=die"),
        f"--filter=label=com.docker.compose.project={NAME}",
        "--format={{.Actor.Attributes.exitCode}}",
    )
    assert ended.split() == ["0"] * 3
    up.sh(up.readme("docker compose up"))
    up.wait_until_healthy("db", "mail", "odoo")
    assert up.call("res.partner", "read", [partner], ["name"])[0]["name"] == name
    assert up.call("ir.attachment", "read", [file], ["datas"])[0]["datas"] == content
    # The OCA addons of the lock were there: nothing was fetched again.
    assert "Installing collected packages" not in up.docker("compose", "logs", "oca")


def test_second_node_shares_sessions_and_live_messages(cluster, channel):
    """A session of the first node is one on the second; a message goes from one to the other."""
    session = cluster.log_in()
    assert who_is(session, cluster.url("ODOO2_PORT")) == ("admin", DATABASE)
    connection = open_websocket(cluster, session, "ODOO2_GEVENT_PORT")
    text = uuid.uuid4().hex
    cluster.call("discuss.channel", "message_post", [channel], body=text, message_type="comment")
    assert wait_for_message(connection, text)
    connection.close()


def test_second_node_runs_jobs_of_the_first(cluster):
    """The scheduled assignment, started on the first node, is done by the second's runner."""
    cluster.call(
        "crm.team",
        "create",
        {
            "name": "Containers",
            "use_leads": True,
            "assignment_domain": "[]",
            "crm_team_member_ids": [(0, 0, {"user_id": ADMIN, "assignment_max": 300})],
        },
    )
    lead = cluster.call(
        "crm.lead",
        "create",
        {"name": "From outside", "type": "lead", "user_id": False, "team_id": False},
    )
    [cron] = cluster.call(
        "ir.cron",
        "search",
        [("cron_name", "=", "CRM: Lead Assignment")],
        context={"active_test": False},
    )
    cluster.call("ir.cron", "method_direct_trigger", [cron])
    domain = [("model_name", "=", "crm.assignment.run"), ("method_name", "=", "_job_assign")]

    def jobs():
        fields = ["uuid", "state", "result", "exc_info"]
        return cluster.call("queue.job", "search_read", domain, fields)

    def done():
        return {job["state"] for job in jobs()} == {"done"}

    wait_for(done, jobs)
    assert cluster.call("crm.lead", "read", [lead], ["user_id"])[0]["user_id"][0] == ADMIN
    logs = {
        node: cluster.docker("compose", "--profile=cluster", "logs", "--no-color", node)
        for node in ("odoo", "odoo2")
    }
    for job in jobs():
        assert f"/queue_job/runjob?job_uuid={job['uuid']}" in logs["odoo2"]
        assert job["uuid"] not in logs["odoo"]


def test_connections_of_all_processes_are_allowed(cluster):
    """Two nodes may use all that the configuration allows them."""
    allowed = cluster.docker(
        *("compose", "exec", "-T", "db", "psql", "--username=odoo", "--dbname=postgres"),
        *("--tuples-only", "--command=SHOW max_connections"),
    )
    config = (paths.CONFIG / "odoo.conf").read_text()

    def value(key: str) -> int:
        return int(re.search(rf"^{key} = (\d+)$", config, re.MULTILINE)[1])

    processes = value("workers") + value("max_cron_threads") + 2  # gevent and the job runner
    assert 2 * processes * value("db_maxconn") < int(allowed)


def test_logs_have_no_warnings(cluster):
    log = cluster.docker("compose", "--profile=cluster", "logs", "--no-color", "--no-log-prefix")
    assert bad_log_lines(log) == []


def test_down_with_volumes_leaves_nothing(cluster):
    cluster.sh(cluster.readme("docker compose --profile cluster down -v"))
    mine = f"--filter=label=com.docker.compose.project={NAME}"
    assert cluster.docker("ps", "--all", "--quiet", mine) == ""
    assert cluster.docker("network", "ls", "--quiet", mine) == ""
    assert cluster.docker("volume", "ls", "--quiet").split() == cluster.volumes_before
