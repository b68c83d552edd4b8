"""Each addon alone and all together: installed, then uninstalled without a trace."""

from helpers.installation import Installation
from suite import paths
from suite.templates import DEMO, bad_log_lines


def assert_nothing_left(before: dict, after: dict) -> None:
    left = {name: sorted(after[name] - before[name])[:10] for name in before}
    assert {name: found for name, found in left.items() if found} == {}
    gone = {name: sorted(before[name] - after[name])[:10] for name in before}
    assert {name: found for name, found in gone.items() if found} == {}


def test_alone_and_away_again(addon, single, bare):
    installation, before = single.installation, bare.installation.before
    assert installation.before["models"] - before["models"] or addon == "crm_lead_assign"
    libraries = [name for name in paths.depends(addon) if name in paths.LIBRARY_ADDONS]
    installation.uninstall((addon, *libraries))
    assert_nothing_left(before, installation.traces())


def test_together_in_the_other_order_and_away_one_by_one(bare):
    installation = bare.installation
    installation.install(*reversed(paths.SUITE_ADDONS))
    installation.uninstall(*((addon,) for addon in paths.SUITE_ADDONS), paths.LIBRARY_ADDONS)
    assert_nothing_left(installation.before, installation.traces())


def test_together_with_demo_data_and_away_at_once(all_templates):
    """Demo records go too; what they made in others' tables may stay, as in Odoo."""
    with Installation(all_templates, DEMO, "suite_test_install_demo") as installation:
        installation.uninstall(paths.SUITE_ADDONS)
        after = installation.traces()
    for addon in paths.SUITE_ADDONS:
        assert not [name for name in after["external ids"] if name.startswith(f"{addon}.")]
    ours = [name for name in after["tables"] if name.startswith(("crm_contact_group", "crm_pain"))]
    assert ours == []


def test_update_of_all_changes_nothing(odoo, together):
    """``-u`` of the installed addons runs clean and leaves the same registers."""
    installation = together.installation
    log = odoo.run(
        "test-update.log",
        "server",
        f"--database={installation.name}",
        f"--update={','.join(paths.SUITE_ADDONS)}",
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    )
    assert bad_log_lines(log) == []
    assert_nothing_left(installation.before, installation.traces())
