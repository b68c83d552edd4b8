"""Opening a list or a card costs at most five queries more than without an addon."""

from suite import paths

BUDGET = 5


def test_queries_of_lists_and_cards(addon, single, bare):
    more = {name: count - bare.queries[name] for name, count in single.queries.items()}
    print(f"{addon}: {more} (without: {bare.queries})")
    assert {name: count for name, count in more.items() if count > BUDGET} == {}


def test_queries_with_all_addons(together, bare):
    more = {name: count - bare.queries[name] for name, count in together.queries.items()}
    print(f"all: {more}")
    assert max(more.values()) <= BUDGET * len(paths.SUITE_ADDONS)
