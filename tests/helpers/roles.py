"""Whoever tries what a role may do: over XML-RPC and JSON-2, and with a look at every answer."""

import http.client
import itertools
import json
import sys
import threading
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from helpers.clients import WebClient
from suite.roles import FOLDER, RoleTable

sys.path.insert(0, str(FOLDER))

from values import MARK, new_marks, of_company, once_more, resolve, touch_of

#: How an answer comes out.
ANSWERED, FORBIDDEN, REFUSED, BROKEN = "answered", "forbidden", "refused", "broken"
ACCESS_ERRORS = ("odoo.exceptions.AccessError", "odoo.exceptions.AccessDenied")
#: Of JSON-2, errors that Odoo shows to people: the deed is not possible, for whoever.
USER_ERRORS = (
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.RedirectWarning",
    "odoo.exceptions.LockError",
)
#: What Odoo says when no group of the user has the right to a model.
CLOSED = (
    "This operation is allowed for the following groups",
    "No group currently allows this operation",
)
#: What Odoo says of values that no record can have: nothing about who asks.
OF_VALUES = ("Missing required value", "The operation cannot be completed")
FAULTS = {2: REFUSED, 3: FORBIDDEN, 4: FORBIDDEN}
#: Requests at a time: the server has some to work on while answers are looked at.
THREADS = 4


@dataclass
class Answer:
    """What the server said.

    :ivar text: all of it, as it came
    """

    kind: str
    text: str
    result: object = None

    @property
    def reason(self) -> str:
        return f"{self.kind}: {self.text[:300]}"


@dataclass
class World:
    """What the database was filled with, a look into it, and who asks.

    :param facts: see ``tests/roles/world.py``
    :param connection: to the database, past the server
    """

    server: object
    facts: dict
    connection: object
    table: RoleTable = field(default_factory=RoleTable)
    requests: itertools.count = field(default_factory=itertools.count)
    forms: dict[tuple[str, str], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def records(self) -> dict[tuple[str, str], dict]:
        return {(row["model"], row["kind"]): row for row in self.facts["records"]}

    def fields_of(self, model: str) -> dict[str, dict]:
        """The fields of ours that are in the table, with what the inventory says of them."""
        rows = self.facts["inventory"]["fields"].get(model, ())
        return {row["field"]: row for row in rows if (model, row["field"]) in self.table.fields}

    def id_of(self, model: str, kind: str, role: str) -> int | None:
        ids = self.facts["ids"]
        return ids.get(f"{model}/{kind}@{role}") or ids.get(f"{model}/{kind}")

    def marks_hidden_from(self, role: str) -> dict[str, str]:
        """{mark: whose it is} of all records that the role may not read."""
        hidden = {}
        for (model, kind), letters in self.table.records.items():
            if "r" not in letters[role]:
                name = f"{model}/{kind}"
                hidden |= dict.fromkeys(self.facts["marks"].get(name, ()), name)
        return hidden

    def models_of(self, role: str) -> list[str]:
        """The models that a role is tried with: of one like others, where it has other rights."""
        return [
            model
            for model in self.table.models()
            if self.table.differs(role, model) or self.is_let_in_elsewhere(role, model)
        ]

    def is_let_in_elsewhere(self, role: str, model: str) -> bool:
        """Tell whether access lists let it do more than those that it is like."""
        access = self.facts["inventory"]["access"][model]
        others = self.table.like(role)
        return set(access.get(role, "")) != set().union(*(access[other] for other in others))

    def session(self, role: str) -> "Session":
        return Session(self, role)

    # The database ---------------------------------------------------------------------

    def query(self, query: str, parameters=()) -> list[tuple]:
        with self.lock, self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()

    def exists(self, model: str, id_: int) -> bool:
        facts = self.facts["inventory"]["models"][model]
        if not facts["stored"]:
            return True
        table = facts["table"]
        return bool(self.query(f'SELECT FROM "{table}" WHERE id = %s', (id_,)))

    def stored(self, model: str, id_: int, name: str):
        """The value of a field in the database; of a field without a column, None."""
        columns = self.facts["inventory"]["models"][model]["columns"]
        if name not in columns:
            return None
        table = self.facts["inventory"]["models"][model]["table"]
        if isinstance(columns[name], list):
            relation, of_us, of_them = columns[name]
            query = f'SELECT "{of_them}" FROM "{relation}" WHERE "{of_us}" = %s ORDER BY 1'
            return [row[0] for row in self.query(query, (id_,))]
        rows = self.query(f'SELECT "{name}" FROM "{table}" WHERE id = %s', (id_,))
        return plain(first_language(rows[0][0])) if rows else None

    def other_value(self, row: dict):
        """A value that is of a field's type, and harmless: nobody takes it for the true one."""
        comodel = row["comodel"]
        match row["type"]:
            case "many2one":
                return self.any_id(comodel)
            case "many2many":
                return [[4, self.any_id(comodel)]]
            case "many2one_reference" | "integer":
                return 987
            case "float" | "monetary":
                return 98.5
            case "boolean":
                return True
            case "date":
                return "2001-02-03"
            case "datetime":
                return "2001-02-03 04:05:06"
            case "selection":
                return row["choices"][-1]
            case "json":
                return {"forged": True}
        return "forged"

    def any_id(self, comodel: str) -> int:
        for name, id_ in self.facts["ids"].items():
            if name.startswith(f"{comodel}/"):
                return id_
        return 1


class Session:
    """A role that asks, and keeps a list of what is not as the table has it."""

    def __init__(self, world: World, role: str):
        self.world = world
        self.table = world.table
        self.role = role
        self.key = world.facts["keys"].get(role)
        self.uid = world.facts["users"].get(role) or world.facts["names"].get(role)
        self.hidden = world.marks_hidden_from(role) if role in self.table.roles else {}
        self.company = self.table.roles.get(role, {"company": "one"})["company"].split()[0]
        self.forms: dict[str, int] = {}
        self.problems: list[str] = []

    # Asking ---------------------------------------------------------------------------

    def ask(self, interface: str, model: str, method: str, ids=None, /, **arguments) -> Answer:
        """Call a method; whatever comes back is looked through for what is hidden."""
        number = next(self.world.requests)
        ask = self.ask_json2 if interface == "json2" else self.ask_xml_rpc
        answer = ask(model, method, ids, arguments)
        self.look_for_marks(answer, model, f"{method} (request {number})", arguments)
        if answer.kind == BROKEN:
            self.tell(model, method, f"the server broke: {answer.text[-400:]}")
        return answer

    def ask_json2(self, model, method, ids, arguments) -> Answer:
        body = dict(arguments)
        if ids is not None:
            body["ids"] = ids
        headers = {
            "X-Odoo-Database": self.world.server.database,
            "Content-Type": "application/json",
        }
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        status, text = self.post(f"/json/2/{model}/{method}", json.dumps(body), headers)
        if status == 200:
            return Answer(ANSWERED, text, json.loads(text))
        if status in (401, 403):
            return Answer(FORBIDDEN, text)
        name = json.loads(text).get("name") if text.startswith("{") else ""
        return Answer(REFUSED if name in USER_ERRORS else BROKEN, text)

    def ask_xml_rpc(self, model, method, ids, arguments) -> Answer:
        arguments = dict(arguments)
        positional = [ids] if ids is not None else []
        if "vals_list" in arguments:
            positional.append(arguments.pop("vals_list"))  # so create takes them over XML-RPC
        parameters = (
            self.world.server.database,
            self.uid,
            self.key or "wrong",
            model,
            method,
            positional,
            arguments,
        )
        body = xmlrpc.client.dumps(parameters, "execute_kw", allow_none=True)
        _status, text = self.post("/xmlrpc/2/object", body, {"Content-Type": "text/xml"})
        try:
            return Answer(ANSWERED, text, xmlrpc.client.loads(text)[0][0])
        except xmlrpc.client.Fault as fault:
            return Answer(FAULTS.get(fault.faultCode, BROKEN), fault.faultString)

    def post(self, path: str, body: str, headers: dict) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.world.server.port, timeout=120)
        try:
            connection.request("POST", path, body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    # What is wrong --------------------------------------------------------------------

    def tell(self, model: str, what: str, text: str) -> None:
        self.problems.append(f"{self.role}: {model} {what}: {text}")

    def look_for_marks(self, answer: Answer, model: str, what: str, arguments: dict) -> None:
        told = set(MARK.findall(answer.text)) & self.hidden.keys()
        # What it was asked with it may say again.
        told -= set(MARK.findall(json.dumps(arguments, default=str)))
        for mark in sorted(told):
            if self.table.names(model, self.hidden[mark].partition("/")[0]) and self.is_name(mark):
                continue
            place = answer.text.index(mark)
            around = " ".join(answer.text[max(0, place - 120) : place + 40].split())
            self.tell(model, what, f"tells of {self.hidden[mark]}, which is hidden: …{around}…")

    def is_name(self, mark: str) -> bool:
        return mark == self.world.facts["marks"][self.hidden[mark]][0]

    def expect(self, answer: Answer, allowed: bool, model: str, what: str) -> bool:
        """Compare with the table; return whether it is as it says.

        An addon may refuse in its own words what it forbids; that values are missing is no answer.
        """
        wanted = ANSWERED if allowed else FORBIDDEN
        refused = answer.kind == REFUSED and not any(text in answer.text for text in OF_VALUES)
        as_told = answer.kind == wanted or refused and not allowed
        if not as_told and answer.kind != BROKEN:
            self.tell(model, what, f"should be {wanted}, but is {answer.reason}")
        return as_told

    # Values ---------------------------------------------------------------------------

    def resolve(self, value):
        return plain(resolve(value, new_marks(), self.refer))

    def refer(self, name: str) -> int:
        facts = self.world.facts
        if name == "me":
            return self.uid or 0
        if name == "mine":
            return facts["names"][self.company]
        if name.startswith("mine/"):
            return self.mine(name.removeprefix("mine/"))
        name = of_company(name, self.company)
        model, _slash, kind = name.partition("/")
        # Nobody who has not logged in has anything of his own.
        if not self.key:
            return 0
        role = self.role if self.role in self.table.roles else "manager"
        return self.world.id_of(model, kind, role) or facts["names"][name]

    def mine(self, model: str) -> int:
        """A form of the role's own, for the lines in it."""
        if model not in self.forms:
            kind = next(
                kind for kind in self.table.kinds(model) if kind in ("wizard", self.company)
            )
            self.forms[model] = self.create_for(model, kind) or 0
        return self.forms[model]

    # Reading --------------------------------------------------------------------------

    def ids(self, model: str) -> dict[str, int]:
        """{kind: id} of the records that the world has."""
        found = {kind: self.world.id_of(model, kind, self.role) for kind in self.table.kinds(model)}
        return {kind: id_ for kind, id_ in found.items() if id_}

    def try_reading(self, model: str) -> None:
        ids = self.ids(model)
        allowed = {kind for kind in ids if self.table.may(self.role, "r", model, kind)}
        fields = self.try_fields(model, [ids[kind] for kind in sorted(allowed)])
        answer = self.try_searching(model, ids, allowed, fields)
        if self.is_closed(model, answer) and not allowed:
            return
        for kind in sorted(ids.keys() - allowed):
            answer = self.ask("json2", model, "read", [ids[kind]], fields=["display_name"])
            self.expect(answer, False, model, f"read of {kind}")
        self.try_lists(model)

    def try_searching(self, model, ids: dict[str, int], allowed: set[str], fields) -> Answer:
        """Find all, with all that the role may read of it; in turn over both interfaces."""
        domain = [["id", "in", sorted(set(ids.values()))]]
        interface = self.interface(model)
        answer = self.ask(interface, model, "search_read", domain=domain, fields=fields, **ARCHIVED)
        if answer.kind == ANSWERED:
            found = {row["id"] for row in answer.result}
            for kind, id_ in ids.items():
                if (id_ in found) != (kind in allowed):
                    what = "not found, should be" if kind in allowed else "found, should not be"
                    self.tell(model, f"search of {kind}", what)
        elif allowed or answer.kind == REFUSED:
            self.tell(model, "search", f"should be answered, but is {answer.reason}")
        return answer

    def is_closed(self, model: str, answer: Answer) -> bool:
        """Tell whether it was refused for the model as a whole, and not for some records."""
        if answer.kind != FORBIDDEN:
            return False
        of_model = f"({model})" in answer.text and any(text in answer.text for text in CLOSED)
        return not self.key or of_model

    def try_lists(self, model: str) -> None:
        """What the groups of a list and a choice show, where they are of contacts."""
        facts = self.world.facts["inventory"]["models"][model]
        if not facts["contacts"] and model != "res.partner":
            return
        options = {"groupby": facts["groupby"], "aggregates": ["__count"], **ARCHIVED}
        self.ask("json2", model, "formatted_read_group", domain=[], **options)
        self.ask("xmlrpc", model, "name_search", limit=1000, **ARCHIVED)
        self.try_guessing(model, facts["contacts"])

    def try_guessing(self, model: str, paths: list[str]) -> None:
        """A filter must not tell what a contact is called that cannot be read."""
        for kind in ("hidden", "two"):
            if not paths or self.table.may(self.role, "r", "res.partner", kind):
                continue
            mark = self.world.facts["marks"][f"res.partner/{kind}"][0]
            domain = [
                *["|"] * (len(paths) - 1),
                *([f"{path}.name", "ilike", mark] for path in paths),
            ]
            answer = self.ask("json2", model, "search_count", domain=domain, **ARCHIVED)
            if answer.kind == ANSWERED and answer.result:
                self.tell(model, f"search by the name of {kind}", f"{answer.result} found")

    def try_fields(self, model: str, ids: list[int]) -> list[str]:
        """Return the fields that the role may read; read one by one what it may not."""
        groups = self.world.facts["inventory"]["groups"]
        allowed = ["display_name"]
        for name, row in self.world.fields_of(model).items():
            readers = self.table.fields[model, name]["readers"]
            if not readers or self.role in groups.get(readers, ()):
                if not self.lists_what_it_may_not_read(row):
                    allowed.append(name)
            elif ids:
                answer = self.ask("json2", model, "read", ids[:1], fields=[name])
                self.expect(answer, False, model, f"read of the field {name}")
        return allowed

    def lists_what_it_may_not_read(self, row: dict) -> bool:
        """Odoo refuses a list of records of a model that one has no right to."""
        readable = self.world.facts["inventory"]["readable"].get(row["comodel"], ())
        return row["type"] in ("one2many", "many2many") and self.role not in readable

    # Creating, writing, deleting ------------------------------------------------------

    def try_changing(self, model: str, administrator: "Session") -> None:
        if not self.key:
            # Nobody is asked for his rights before he is known: once is enough.
            self.try_creating(model, self.table.kinds(model)[0], administrator)
            return
        for letter, deed in (("w", self.try_writing), ("d", self.try_deleting)):
            for kind in self.ids(model):
                answer = deed(model, kind)
                if self.is_over(letter, model, answer):
                    break
        for kind in self.table.kinds(model):
            answer = self.try_creating(model, kind, administrator)
            if self.is_over("c", model, answer):
                break

    def is_over(self, letter: str, model: str, answer: Answer | None) -> bool:
        """Tell whether the model as a whole is closed, as the table has it: once is enough."""
        return bool(
            answer
            and not self.table.may_with_any(self.role, letter, model)
            and self.is_closed(model, answer)
        )

    def interface(self, model: str, kind: str = "") -> str:
        """Both in turn."""
        kinds = self.table.kinds(model)
        number = list(self.table.roles).index(self.role) + len(model)
        return ("json2", "xmlrpc")[(number + (kinds.index(kind) if kind else 0)) % 2]

    def try_writing(self, model: str, kind: str) -> Answer | None:
        id_ = self.world.id_of(model, kind, self.role)
        record = self.world.records[model, kind]
        allowed = self.table.may(self.role, "w", model, kind)
        if record["find"] and not record["touch"]:
            return None
        values = self.resolve(touch_of(record))
        before = {name: self.world.stored(model, id_, name) for name in values}
        answer = self.ask(self.interface(model, kind), model, "write", [id_], vals=values)
        self.expect(answer, allowed, model, f"write of {kind}")
        self.check_stored(model, id_, values if allowed else before, f"write of {kind}")
        return answer

    def check_stored(self, model: str, id_: int, wanted: dict, what: str) -> None:
        """Look in the database, whatever the answer was."""
        for name, value in wanted.items():
            stored = self.world.stored(model, id_, name)
            if stored not in (None, value):
                self.tell(model, what, f"{name} should be {value!r} now, and is {stored!r}")

    def try_deleting(self, model: str, kind: str) -> Answer | None:
        """Delete what may not be deleted; what may be is created for it."""
        if self.table.may(self.role, "d", model, kind):
            return None
        id_ = self.world.id_of(model, kind, self.role)
        answer = self.ask(self.interface(model, kind), model, "unlink", [id_])
        self.expect(answer, False, model, f"unlink of {kind}")
        return answer

    def try_deleting_at_last(self, model: str) -> None:
        """Delete what may be deleted, and not created."""
        for kind, id_ in self.ids(model).items():
            letters = self.table.records[model, kind][self.role]
            if "d" in letters and "c" not in letters and self.world.exists(model, id_):
                answer = self.ask(self.interface(model, kind), model, "unlink", [id_])
                self.expect(answer, True, model, f"unlink of {kind}")

    def try_creating(self, model: str, kind: str, administrator: "Session") -> Answer | None:
        record = self.world.records[model, kind]
        if record["find"]:
            return None
        allowed = self.table.may(self.role, "c", model, kind)
        values = self.resolve(once_more(record))
        answer = self.ask(self.interface(model, kind), model, "create", vals_list=[values])
        as_told = self.expect(answer, allowed, model, f"create of {kind}")
        if answer.kind == ANSWERED and as_told:
            self.try_the_created(model, kind, answer.result[0], administrator)
        elif answer.kind == ANSWERED:
            administrator.ask("json2", model, "unlink", answer.result)
        return answer

    def try_the_created(self, model, kind, id_, administrator) -> None:
        self.try_the_own(model, kind, id_, self.world.records[model, kind])
        if self.world.exists(model, id_):
            self.delete_created(model, kind, id_, administrator)

    def try_the_own(self, model, kind, id_, record) -> None:
        """What the role has created it reads and writes, if it may."""
        if self.world.id_of(model, kind, self.role):
            return  # tried on the record of the world
        for letter, method, arguments in (
            ("r", "read", {"fields": self.try_fields(model, [])}),
            ("w", "write", {"vals": self.resolve(touch_of(record))}),
        ):
            answer = self.ask(self.interface(model, kind), model, method, [id_], **arguments)
            allowed = self.table.may(self.role, letter, model, kind)
            self.expect(answer, allowed, model, f"{method} of an own {kind}")

    def delete_created(self, model, kind, id_, administrator) -> None:
        allowed = self.table.may(self.role, "d", model, kind)
        if not allowed and self.world.id_of(model, kind, self.role):
            # Tried on that of the world; this one may be less protected.
            administrator.ask("json2", model, "unlink", [id_])
            return
        answer = self.ask(self.interface(model, kind), model, "unlink", [id_])
        self.expect(answer, allowed, model, f"unlink of an own {kind}")
        if answer.kind != ANSWERED:
            administrator.ask("json2", model, "unlink", [id_])

    # What the system keeps ------------------------------------------------------------

    def try_system_fields(self, model: str, administrator: "Session", one_by_one: bool) -> None:
        fields = self.system_fields(model)
        if not fields:
            return
        self.try_forging(model, fields, one_by_one)
        self.try_defaults(model, fields, administrator)

    def system_fields(self, model: str) -> list[dict]:
        return [
            row
            for name, row in self.world.fields_of(model).items()
            if self.table.fields[model, name]["kind"] == "system"
        ]

    def try_forging(self, model: str, fields: list[dict], one_by_one: bool) -> None:
        ids = self.ids(model)
        kinds = [kind for kind in ids if self.table.may(self.role, "w", model, kind)]
        if not kinds:
            return
        id_ = ids[kinds[0]]
        all_values = {row["field"]: self.world.other_value(row) for row in fields}
        tries = [{name: value} for name, value in all_values.items()] if one_by_one else []
        for values in [*tries, all_values]:
            what = "write of " + ", ".join(values)
            before = {name: self.world.stored(model, id_, name) for name in values}
            answer = self.ask("json2", model, "write", [id_], vals=values)
            self.expect(answer, False, model, what)
            self.check_stored(model, id_, before, what)

    def try_defaults(self, model: str, fields: list[dict], administrator: "Session") -> None:
        """What the context says of a system field is not taken for a default."""
        kind = self.first_to_create(model)
        if not kind:
            return
        told = {row["field"]: self.world.other_value(row) for row in fields}
        context = {f"default_{name}": value for name, value in told.items()}
        stored = self.stored_after_create(model, kind, administrator, context=context)
        taken = {name for name, value in told.items() if stored.get(name) == value}
        if taken:
            # Perhaps it would have been so anyhow.
            usual = self.stored_after_create(model, kind, administrator)
            for name in sorted(name for name in taken if usual.get(name) != told[name]):
                self.tell(model, f"default_{name} in the context", f"{told[name]!r} is stored")

    def first_to_create(self, model: str) -> str | None:
        for kind in self.table.kinds(model):
            record = self.world.records[model, kind]
            if not record["find"] and self.table.may(self.role, "c", model, kind):
                return kind
        return None

    def stored_after_create(self, model, kind, administrator, **options) -> dict:
        """Create a record, look what is in the database of it, and delete it."""
        values = self.resolve(once_more(self.world.records[model, kind]))
        answer = self.ask("json2", model, "create", vals_list=[values], **options)
        if answer.kind != ANSWERED:
            if answer.kind == REFUSED:
                self.tell(model, f"create of {kind} with {options}", answer.reason)
            return {}
        [id_] = answer.result
        names = [row["field"] for row in self.system_fields(model)]
        stored = {name: self.world.stored(model, id_, name) for name in names}
        administrator.ask("json2", model, "unlink", [id_])
        return stored

    # Ways around ----------------------------------------------------------------------

    def try_ways_around(self) -> None:
        """Ways to a hidden contact that go past its model, by what one knows of it."""
        hidden = self.world.id_of("res.partner", "hidden", self.role)
        _name, email, number, _phone = self.world.facts["marks"]["res.partner/hidden"]
        self.try_naming(hidden)
        self.try_what_is_known(email, number)
        self.expect(
            self.ask("json2", "res.partner", "read", [hidden]), False, "res.partner", "read"
        )

    def try_naming(self, hidden: int) -> None:
        """To name it in a document of one's own opens nothing."""
        values = {"name": "Mine", "partner_id": hidden, "type": "opportunity"}
        self.ask("json2", "crm.lead", "create", vals_list=[values])
        context = {"default_partner_id": hidden}
        self.ask("json2", "crm.lead", "create", vals_list=[{"name": "Mine"}], context=context)
        shown = {
            name: {} for name in ("partner_id", "email_from", "phone", "street", "partner_name")
        }
        shown["partner_id"] = {"fields": {"display_name": {}, "email": {}}}
        arguments = {"values": values, "field_names": ["partner_id"], "fields_spec": shown}
        self.ask("json2", "crm.lead", "onchange", [], **arguments)
        self.ask("json2", "crm.lead", "write", self.own_deal(), vals={"partner_id": hidden})
        self.ask("json2", "sale.order", "create", vals_list=[{"partner_id": hidden}])

    def own_deal(self) -> list[int]:
        id_ = self.world.id_of("crm.lead", "own", self.role)
        return [id_] if id_ else []

    def try_what_is_known(self, email: str, number: str) -> None:
        """An address or a number that one knows brings no name; a pattern brings nothing."""
        for wanted in (f"{email}@example.com", "zq%", f"{email[:6]}%", "zq__________@example.com"):
            self.ask("json2", "res.partner", "find_or_create", email=wanted)
            self.ask_route("/mail/partner/from_email", thread_model="res.partner", emails=[wanted])
        values = {"name": "Like it", "vat": number, "company_registry": number, "is_company": True}
        made = self.ask("json2", "res.partner", "create", vals_list=[values])
        if made.kind == ANSWERED:
            names = ["same_vat_partner_id", "same_company_registry_partner_id"]
            self.ask("json2", "res.partner", "read", made.result, fields=names)

    def ask_route(self, path: str, **parameters) -> None:
        """Ask as a page of the browser does."""
        own = self.world.id_of("res.partner", "self", self.role)
        found = self.web.answer(path, thread_id=own, **parameters)
        answer = Answer(ANSWERED, json.dumps(found))
        self.look_for_marks(answer, path, "asked by a page", parameters)

    @cached_property
    def web(self) -> WebClient:
        return WebClient(self.world.server, self.role, self.world.facts["password"])

    # Methods --------------------------------------------------------------------------

    def try_calls(self, calls) -> None:
        """Those of one model, one after the other: what one does the next may need."""
        for call in calls:
            self.try_call(call)

    def try_call(self, call) -> None:
        if call.record == UNREACHABLE:
            return
        allowed = self.role in call.callers
        ids = self.ids_of(call)
        arguments = self.resolve(call.arguments)
        interface = ("json2", "xmlrpc")[len(call.method + self.role) % 2]
        answer = self.ask(interface, call.model, call.method, ids, **arguments)
        if answer.kind == BROKEN or answer.kind == REFUSED and allowed:
            return  # told already; refused for what the records are, not who asks
        self.expect(answer, allowed, call.model, f"{call.method} of {call.record or 'the model'}")

    def ids_of(self, call) -> list[int] | None:
        if not call.record:
            return None
        if call.record in OTHER_IDS:
            return OTHER_IDS[call.record]
        id_ = self.world.id_of(call.model, call.record, self.role)
        return [id_ or self.create_for(call.model, call.record) or self.form_of_another(call)]

    def form_of_another(self, call) -> int:
        """Where the role may have no such form, that of the administrator."""
        forms, key = self.world.forms, (call.model, call.record)
        if key not in forms:
            forms[key] = self.world.session("administrator").create_for(*key) or 0
        return forms[key]

    def create_for(self, model: str, kind: str) -> int | None:
        """A wizard of one's own, where the role may have one."""
        record = self.world.records.get((model, kind))
        of_table = self.role in self.table.roles
        if not record or of_table and not self.table.may(self.role, "c", model, kind):
            return None
        values = self.resolve(once_more(record))
        answer = self.ask("json2", model, "create", vals_list=[values])
        return answer.result[0] if answer.kind == ANSWERED else None


#: With archived records, too.
ARCHIVED = {"context": {"active_test": False}}
#: The record of a method with arguments that no client can send.
UNREACHABLE = "unreachable"
#: Records of methods that are none of the world's.
OTHER_IDS = {"none": [], "first": [1]}


def plain(value):
    """Dates as both interfaces take them."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


def first_language(value):
    """The English text of a translated column."""
    return value.get("en_US", value) if isinstance(value, dict) else value


def for_each(items, deed) -> None:
    """Do it with several at a time; what goes wrong is raised."""
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(deed, items))
