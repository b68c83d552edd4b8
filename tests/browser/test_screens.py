"""Every screen of ours opens in a real browser, without an error, with its records."""

import pytest
from screenshots import SCREENS, Browser


@pytest.fixture(scope="module")
def session(demo_server):
    with Browser(demo_server.url) as session:
        yield session


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen(session, screenshots, screen):
    session.errors.clear()
    path = session.take(screen, screenshots)
    assert session.errors == []
    assert path.stat().st_size > 10_000
    # Demo data tells a story: no list of ours is empty.
    if screen.expect == ".o_list_view" and not screen.clicks:
        assert session.page.locator(".o_data_row, .o_group_header").count() > 0


def test_the_server_logged_no_error(session, demo_server):
    from suite.templates import bad_log_lines

    assert bad_log_lines(demo_server.log.read_text(errors="replace")) == []
