"""bin/bench assign: lead assignment beside Odoo's own, in one run."""

from .console import SuiteError, say, step


def run(odoo, templates, measure, leads: int, full: bool) -> int:
    """Native assignment and ours, each on a database of its own, one after the other."""
    from .templates import BASE, alone

    def on_copy(title, template, **options):
        database = templates.fresh_copy(template, "suite_bench")
        try:
            with step(title):
                return measure(odoo, database, "assign", options)
        finally:
            templates.databases.drop(database)

    ours = alone("crm_lead_assign")
    shape = {"leads": leads, "teams": 5}
    # Native first: the copy of a template is still being written out while the first way
    # runs, and Odoo's own is long enough for it not to matter.
    native = on_copy(f"Odoo's own, {leads} leads, 5 teams of 10", BASE, case="assign", **shape)
    own = on_copy(f"crm_lead_assign, {leads} leads, 5 teams of 10", ours, case="assign", **shape)
    report("native", native)
    report("ours", own)
    say(
        f"ratio: {native['seconds'] / own['seconds']:.1f} times faster "
        f"({native['cpu_seconds'] / own['cpu_seconds']:.1f} in CPU of Odoo's process)"
    )
    say(
        f"floor: {1000 * own['floor'] / leads:.2f} ms/lead for the same rows by bare SQL; "
        f"ours is {own['seconds'] / own['floor']:.1f} times that"
    )
    if full:
        grow(on_copy, ours)
    return 0


def grow(run, ours) -> None:
    """How it grows, what it takes, and what it adds to creating a lead."""
    for teams in (1, 5):
        pace = {}
        for leads in (4000, 64000):
            title = f"{leads} leads, {teams} team(s) of 10"
            result = run(title, ours, case="assign", leads=leads, teams=teams)
            report(title, result)
            pace[leads] = result["seconds"] / leads
        say(f"{teams} team(s): ms/lead at 64 000 is {pace[64000] / pace[4000]:.2f} times at 4 000")
    large = run("100 000 leads", ours, case="assign", leads=100000, teams=5)
    report("100 000 leads", large)
    say(f"peak memory of Odoo's process: {large['memory_mb']:.0f} MB")
    preview = run("Preview of 100 000 leads", ours, case="preview", leads=100000, teams=9)
    say(f"preview: {preview['rules']} rules, 100 000 leads: {preview['seconds']:.1f} s")
    created = run("Creating 500 leads", ours, case="create", leads=500, teams=1)
    say(f"on creation: {created['added_ms']:.2f} ms added to create")


def report(name: str, result: dict) -> None:
    leads, seconds = result["leads"], result["seconds"]
    if result["assigned"] != leads:
        raise SuiteError(f"only {result['assigned']} of {leads} leads were assigned")
    say(
        f"{name}: {leads} leads in {seconds:.1f} s = {leads / seconds:.0f} leads/s, "
        f"{1000 * seconds / leads:.2f} ms/lead ({1000 * result['cpu_seconds'] / leads:.2f} CPU), "
        f"{result['queries'] / leads:.2f} queries/lead"
    )
