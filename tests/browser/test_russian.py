"""The suite in Russian, without an English word of ours.

What the server gives the web client is asked of it directly: menus, actions, views, fields and
records. What the web client writes itself is looked at in the browser: ten screens and one piece
of work.
"""

import re

import polib
import pytest
from helpers.clients import WebClient
from lxml import etree, html
from screenshots import SCREENS, Browser
from suite import paths, translations

LANGUAGE = "ru_RU"
LOGIN, PASSWORD = "russian", "russian-password"
ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())
MENUS = {screen.name: screen for screen in SCREENS if not screen.clicks}
#: Screens that the web client writes more of than the server: components of our own, and the
#: parts of Odoo's that show what a list does not.
IN_BROWSER = (
    "groups_contacts",
    "groups_price_check",
    "segmentation_crossing",
    "segmentation_deals_by_type",
    "ladder_board",
    "ladder_coverage_map",
    "ladder_funnel",
    "ladder_what_wins",
    "lead_assign_overview",
    "lead_assign_settings",
)

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

#: Attributes of a view that people read.
SPOKEN = (
    "string",
    "placeholder",
    "help",
    "title",
    "alt",
    "aria-label",
    "data-tooltip",
    "confirm",
    "confirm-title",
    "confirm-label",
    "cancel-label",
    "sum",
    "avg",
)
#: Fields whose values are read as they come; those of a selection are in its field.
WRITTEN = ("char", "text", "html", "many2one", "one2many", "many2many")


#: A term of a record, or a term within a record's text.
PLACE = re.compile(r"(model|model_terms):([\w.]+),(\w+):([\w.]+)")


def our_terms() -> dict[str, str]:
    """English term -> Russian, of all that reads otherwise in Russian."""
    terms = {}
    for addon in ADDONS:
        for entry in polib.pofile(str(translations.folder(addon) / "ru.po")):
            if entry.msgstr and entry.msgstr != entry.msgid:
                terms[" ".join(entry.msgid.split())] = entry.msgstr
    return terms


@pytest.fixture(scope="module")
def terms():
    return our_terms()


@pytest.fixture(scope="module")
def reader(demo_server):
    """The administrator's colleague, who reads Russian; logged in."""
    call = WebClient(demo_server).call
    [language] = call(
        "res.lang", "search", [("code", "=", LANGUAGE)], context={"active_test": False}
    )
    wizard = call("base.language.install", "create", [{"lang_ids": [language]}])
    call("base.language.install", "lang_install", wizard)
    [admin] = call("res.users", "search", [("login", "=", "admin")])
    user = call("res.users", "copy", [admin], {"name": "R", "login": LOGIN, "lang": LANGUAGE})
    call("res.users", "write", user, {"password": PASSWORD})
    return Reader(WebClient(demo_server, LOGIN, PASSWORD))


@pytest.fixture(scope="module")
def session(demo_server, reader):
    with Browser(demo_server.url, LOGIN, PASSWORD) as session:
        yield session


def english(texts, terms) -> set[str]:
    """Those of the texts that have a Russian translation of ours."""
    return {" ".join(text.split()) for text in texts} & (terms.keys() - ODOO)


def english_left(session, terms) -> set[str]:
    return english(session.page.evaluate(TEXTS), terms)


class Reader:
    """Whoever asks in Russian; each method gives the texts that come back."""

    def __init__(self, client: WebClient):
        self.client = client
        self.context = {"lang": LANGUAGE}
        domain = [("model", "in", ("ir.model", "ir.model.fields"))]
        of_odoo = {
            (row["model"], row["res_id"])
            for row in self.data([*domain, ("module", "not in", ADDONS)])
        }
        # What we extend is Odoo's as well, and Odoo names it.
        ours = [
            row
            for row in self.data([("module", "in", ADDONS)])
            if (row["model"], row["res_id"]) not in of_odoo
        ]
        #: External id -> id.
        self.records = {row["complete_name"]: row["res_id"] for row in ours}
        numbers = [row["res_id"] for row in ours if row["model"] == "ir.model"]
        self.models = {row["model"] for row in self.call("ir.model", "read", numbers, ["model"])}

    def call(self, model: str, method: str, *arguments, **options):
        return self.client.call(model, method, *arguments, context=self.context, **options)

    def data(self, domain: list) -> list[dict]:
        fields = ["complete_name", "model", "res_id"]
        return self.call("ir.model.data", "search_read", domain, fields)

    def screen(self, menu: str):
        """All that the server gives for the screen of a menu."""
        module, name = menu.split(".")
        [data] = self.data([("module", "=", module), ("name", "=", name)])
        [row] = self.call("ir.ui.menu", "read", [data["res_id"]], ["complete_name", "action"])
        yield from row["complete_name"].split("/")
        action = self.action(int(row["action"].split(",")[1]))
        yield from self.of_action(action)
        if action["type"] == "ir.actions.act_window":
            yield from self.of_window(action)

    def action(self, number: int) -> dict:
        action = self.client.route("/web/action/load", action_id=number, context=self.context)
        if action["type"] == "ir.actions.server":
            return self.client.route("/web/action/run", action_id=number, context=self.context)
        return action

    def of_action(self, action: dict):
        yield action["name"]
        if action.get("help"):
            yield from html.fromstring(action["help"]).itertext()

    def of_window(self, action: dict):
        search = action["search_view_id"]
        views = [*action["views"], [search[0] if search else False, "search"]]
        model = action["res_model"]
        found = self.call(model, "get_views", views, options={"toolbar": True})
        for view in found["views"].values():
            for actions in view.get("toolbar", {}).values():
                yield from (action["name"] for action in actions)
            if model in self.models:
                yield from of_arch(view["arch"])
        view_type = action["views"][0][1]
        if view_type in ("list", "kanban"):
            yield from self.of_records(model, found, view_type)

    def of_records(self, model: str, found: dict, view_type: str):
        """What stands in the records of a list."""
        fields = found["models"][model]["fields"]
        view = etree.fromstring(found["views"][view_type]["arch"])
        names = {
            node.get("name")
            for node in view.iter("field")
            if node.get("column_invisible") not in ("1", "True")
            and node.get("invisible") not in ("1", "True")
            and node.get("optional") != "hide"
        }
        specification = {
            name: {"fields": {"display_name": {}}} if "relation" in fields[name] else {}
            for name in names
            if name in fields and fields[name]["type"] in WRITTEN
        }
        rows = self.call(model, "web_search_read", [], specification, limit=80)
        yield from of_values(rows["records"])


def of_arch(arch: str):
    root = etree.fromstring(arch)
    for node in root.iter(etree.Element):
        yield from (node.text or "", node.tail or "")
        # The root's name is shown nowhere.
        yield from (node.get(name, "") for name in SPOKEN if node is not root)


def of_values(value):
    """All strings in records, those of rich text without tags."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from of_values(part)
    elif isinstance(value, str) and value.strip():
        yield value
        yield from html.fromstring(f"<div>{value}</div>").itertext()


@pytest.mark.parametrize("name", MENUS)
def test_screen_is_russian(reader, terms, name):
    texts = list(reader.screen(MENUS[name].menu))
    assert any(text in terms.values() for text in texts)
    assert english(texts, terms) - RECORDS.get(name, set()) == set()


def places():
    """Where the files say that a term stands: (kind, model, field, external id, translation)."""
    for addon in ADDONS:
        for entry in polib.pofile(str(translations.folder(addon) / "ru.po")):
            for place, _line in entry.occurrences:
                if found := PLACE.fullmatch(place):
                    yield *found.groups(), entry.msgstr


def test_every_term_stands_in_its_record(reader, terms):
    """Menus, actions, views, fields, choices and data: also what no menu leads to."""
    wanted: dict = {}
    for kind, model, field, name, text in places():
        if name in reader.records:  # else of an addon that is not installed here
            wanted.setdefault((kind, model, field), {})[reader.records[name]] = text
    left = []
    for (kind, model, field), texts in wanted.items():
        for row in reader.call(model, "read", list(texts), [field]):
            if kind == "model":
                right = row[field] == texts[row["id"]]
            else:
                written = of_arch(row[field]) if field == "arch_db" else of_values(row[field])
                right = not english(written, terms)
            left += [] if right else [(model, field, row)]
    assert left == []
    assert sum(map(len, wanted.values())) > 2000


#: Fields that are nobody's to read.
CLOSED = {"crm.bulk.operation.line": ("before", "target", "after")}


def test_every_field_is_described_in_russian(reader):
    wanted = {
        reader.records[name]: text
        for _kind, model, field, name, text in places()
        if (model, field) == ("ir.model.fields", "field_description") and name in reader.records
    }
    rows = reader.call("ir.model.fields", "read", list(wanted), ["model", "name"])
    of_model: dict = {}
    for row in rows:
        of_model.setdefault(row["model"], {})[row["name"]] = wanted[row["id"]]
    for model, texts in of_model.items():
        fields = reader.call(model, "fields_get", list(texts), ["string"])
        for name in CLOSED.get(model, ()):
            del texts[name]
        assert {name: field["string"] for name, field in fields.items()} == texts, model
    assert len(of_model) > 50


def test_the_web_client_is_given_its_texts(reader):
    """Every text of our scripts and their templates, as it is in the addon's file."""
    served = reader.client.get(f"/web/webclient/translations?lang={LANGUAGE}")["modules"]
    number = 0
    for addon in paths.SUITE_ADDONS:
        texts = {message["id"]: message["string"] for message in served[addon]["messages"]}
        for entry in polib.pofile(str(translations.folder(addon) / "ru.po")):
            if "odoo-javascript" in entry.comment:
                assert texts[entry.msgid] == entry.msgstr
                number += 1
    assert number > 100


@pytest.mark.parametrize("name", IN_BROWSER)
def test_screen_is_russian_in_the_browser(session, terms, name):
    session.errors.clear()
    session.open(MENUS[name])
    assert session.errors == []
    assert english_left(session, terms) == set()


def test_a_pain_is_written_down(session, terms):
    """The marketeer's first step; a form, a message of the server and the way back."""
    menu = MENUS["ladder_pains"]
    session.open(menu)
    page = session.page
    page.click(".o_list_button_add")
    page.wait_for_selector(".o_form_view")
    page.fill(".o_field_widget[name=name] input, .o_field_widget[name=name] textarea", "Простой")
    session.settle()
    assert english_left(session, terms) == set()
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_saved")
    session.open(menu)
    assert page.locator(".o_data_cell:has-text('Простой')").count()
