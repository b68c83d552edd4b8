"""bin/odoo: Odoo's own command line, with the database server up."""

from .. import postgres
from ..odoo import Odoo

PURPOSE = "run"


def parse(argv: list[str]) -> list[str]:
    return argv


def main(arguments: list[str], source) -> int:
    with postgres.WORK.running() as variables:
        return Odoo(source, variables).passthrough(*arguments)
