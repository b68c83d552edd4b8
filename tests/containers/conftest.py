"""One engine and one project for all tests here; each fixture takes it a step further."""

import shutil

import pytest
from compose_project import Project, remove
from suite import containers


@pytest.fixture(scope="session")
def engine():
    try:
        with containers.running() as engine:
            yield engine
    except containers.NoEngine as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def project(engine):
    folder = containers.HOME / "project"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = Project(folder, engine)
    remove(project)  # what a killed run has left
    yield project
    remove(project)


@pytest.fixture(scope="session")
def installed(project) -> str:
    """The README's first two lines; the log of the second."""
    project.sh(project.readme("cp .env.example"))
    project.fill_in_password()
    return project.sh(project.readme("docker compose run --rm odoo odoo -d crm -i crm_groups"))


@pytest.fixture(scope="session")
def up(project, installed) -> Project:
    """The suite up by the README's third line."""
    project.sh(project.readme("docker compose up"))
    project.wait_until_healthy("db", "mail", "odoo")
    return project


@pytest.fixture(scope="session")
def cluster(up) -> Project:
    """The second node, by the README's lines."""
    up.sh(up.readme("docker compose stop odoo"))
    up.sh(up.readme("docker compose run --rm odoo odoo -d crm -i queue_job"))
    up.sh(up.readme("docker compose --profile cluster up"))
    up.wait_until_healthy("db", "mail", "odoo", "odoo2")
    return up
