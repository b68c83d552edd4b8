"""The suite in Russian: every screen of a menu, and one piece of work, without an English word
of ours."""

import xmlrpc.client

import polib
import pytest
from screenshots import SCREENS, Browser
from suite import paths, translations

LANGUAGE = "ru_RU"
MENUS = [screen for screen in SCREENS if not screen.clicks]

#: What Odoo itself leaves in English in Russian.
ODOO = {"Email"}

#: What stands in records of a screen and happens to be a term of ours as well: the job of a
#: demo contact of Odoo's, the choices of list fields (Odoo's properties have one language).
RECORDS = {
    "segmentation_persons": {"Sales Manager"},
    "segmentation_list_fields": {"Large", "None", "Small"},
}

#: Every text that is to be seen, but for what stands in records and in what people wrote.
TEXTS = """() => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const element = node.parentElement;
        if (element && element.checkVisibility() && !element.closest("script, style")) {
            found.add(node.textContent.replace(/\\s+/g, " ").trim());
        }
    }
    for (const element of document.querySelectorAll("[placeholder], [title], [aria-label]")) {
        for (const name of ["placeholder", "title", "aria-label"]) {
            found.add((element.getAttribute(name) || "").replace(/\\s+/g, " ").trim());
        }
    }
    return [...found];
}"""


def our_terms() -> dict[str, str]:
    """English term -> Russian, of all that reads otherwise in Russian."""
    terms = {}
    for addon in (*paths.SUITE_ADDONS, *paths.bridges()):
        for entry in polib.pofile(str(translations.folder(addon) / "ru.po")):
            if entry.msgstr and entry.msgstr != entry.msgid:
                terms[" ".join(entry.msgid.split())] = entry.msgstr
    return terms


@pytest.fixture(scope="module")
def terms():
    return our_terms()


@pytest.fixture(scope="module")
def session(demo_server):
    """The administrator's colleague, who reads Russian."""
    database = demo_server.database
    common = xmlrpc.client.ServerProxy(f"{demo_server.url}/xmlrpc/2/common")
    uid = common.authenticate(database, "admin", "admin", {})
    models = xmlrpc.client.ServerProxy(f"{demo_server.url}/xmlrpc/2/object", allow_none=True)

    def call(model, method, *arguments, **options):
        return models.execute_kw(database, uid, "admin", model, method, arguments, options)

    [language] = call(
        "res.lang", "search", [("code", "=", LANGUAGE)], context={"active_test": False}
    )
    wizard = call("base.language.install", "create", {"lang_ids": [language]})
    call("base.language.install", "lang_install", [wizard])
    user = call("res.users", "copy", [uid], {"name": "R", "login": "russian", "lang": LANGUAGE})
    call("res.users", "write", user, {"password": "russian-password"})
    with Browser(demo_server.url, "russian", "russian-password") as session:
        yield session


def english_left(session, terms) -> list[str]:
    return sorted(text for text in session.page.evaluate(TEXTS) if text in terms.keys() - ODOO)


@pytest.mark.parametrize("screen", MENUS, ids=lambda screen: screen.name)
def test_screen_is_russian(session, terms, screen):
    session.errors.clear()
    session.open(screen)
    assert session.errors == []
    assert set(english_left(session, terms)) - RECORDS.get(screen.name, set()) == set()


def test_a_pain_is_written_down(session, terms):
    """The marketeer's first step; a form, a message of the server and the way back."""
    menu = next(screen for screen in MENUS if screen.name == "ladder_pains")
    session.open(menu)
    page = session.page
    page.click(".o_list_button_add")
    page.wait_for_selector(".o_form_view")
    page.fill(".o_field_widget[name=name] input, .o_field_widget[name=name] textarea", "Простой")
    session.settle()
    assert english_left(session, terms) == []
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_saved")
    session.open(menu)
    assert page.locator(".o_data_cell:has-text('Простой')").count()
