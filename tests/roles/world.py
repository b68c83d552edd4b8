"""What roles are tried on: two companies, a user of each role, records of every model of ours.

Imported in Odoo's shell, where ``World(env, roles).make()`` fills the database. A record is
known by its model and its kind, as in ``records.csv``; its values refer to others as
``@model/kind``, to the role itself as ``@me``. Each record has marks, words that are nowhere
else: see ``values.new_marks``. Whoever may not read the record must never meet them.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from inventory import take_inventory
from values import new_marks, of_company, resolve

from odoo.fields import Command

from odoo.addons.base.models.res_users import KEY_CRYPT_CONTEXT

#: Words and days that change nothing in what a role may do.
TODAY = date.today()
NOW = datetime.now().replace(microsecond=0)
PASSWORD = "a long password of a role"


@dataclass
class Record:
    """A record as the world has it.

    :ivar own: one for each role, who is ``@me`` in the values
    :ivar again: what is different when it is created once more
    :ivar touch: what is written to it, where it is no text with a mark
    :ivar made: the world has it; otherwise it is for the role to create
    :ivar find: it comes by itself, and is found by this filter
    """

    model: str
    kind: str
    values: dict
    own: bool = False
    again: dict = field(default_factory=dict)
    touch: dict = field(default_factory=dict)
    made: bool = True
    find: list = field(default_factory=list)


RECORDS: list[Record] = []


def has(model, kind, /, own=False, again=None, touch=None, made=True, find=None, **values):
    options = (own, again or {}, touch or {}, made, find or [])
    RECORDS.append(Record(model, kind, values, *options))


def each(model, kinds, /, **options):
    """The same record about several others of one name: ``*`` is the kind."""
    for kind in kinds:
        has(model, kind, **{name: for_kind(value, kind) for name, value in options.items()})


def for_kind(value, kind):
    if isinstance(value, str):
        return value.replace("*", kind)
    if isinstance(value, list | tuple):
        return type(value)(for_kind(item, kind) for item in value)
    if isinstance(value, dict):
        return {name: for_kind(item, kind) for name, item in value.items()}
    return value


# Contacts and deals ---------------------------------------------------------------------

CONTACT = {
    "name": "{n} contact",
    "email": "{m}@example.com",
    "phone": "{d}",
    "street": "{n} street",
}
ABOUT = ("open", "locked", "hidden", "two")
STREET = {"street": "{n} street"}
COMPANY_OF = {"own": "@mine", "one": "@one", "two": "@two"}

has("res.partner", "open", **CONTACT, is_company=True, touch=STREET)
has("res.partner", "locked", **CONTACT, is_company=True, touch=STREET)
has("res.partner", "hidden", **CONTACT, is_company=True, touch=STREET, vat="{v}", ref="{v} ref")
has("res.partner", "two", **CONTACT, is_company=True, touch=STREET, company_id="@two")
has("res.partner", "own", own=True, **CONTACT, user_id="@me", touch=STREET)
has("res.partner", "self", own=True, find=[("user_ids", "=", "@me")], touch=STREET)
each(
    "res.partner.bank",
    ("open", "hidden"),
    partner_id="@res.partner/*",
    acc_number="{n} account",
)
has("crm.lead", "free", name="{n} deal", type="opportunity", team_id="@crm.team/one", user_id=False)
has(
    "crm.lead",
    "colleague",
    name="{n} deal",
    type="opportunity",
    team_id="@crm.team/one",
    user_id="@colleague",
    partner_id="@res.partner/hidden",
    email_from="{n}@example.com",
    phone="{d}",
)
has(
    "crm.lead",
    "two",
    name="{n} deal",
    type="opportunity",
    team_id="@crm.team/two",
    company_id="@two",
    user_id="@colleague_2",
    partner_id="@res.partner/two",
)
has("crm.lead", "own", own=True, name="{n} deal", type="opportunity", user_id="@me")

# crm_groups -----------------------------------------------------------------------------

has("crm.contact.group", "shared", name="{n} group", company_id=False)
has("crm.contact.group", "one", name="{n} group", company_id="@one")
has("crm.contact.group", "two", name="{n} group", company_id="@two")
has("crm.contact.group", "locking", name="{n} group", company_id=False, access="readonly")
has("crm.contact.group", "hiding", name="{n} group", company_id=False, access="hidden")
has(
    "crm.contact.group",
    "smart",
    name="{n} group",
    company_id=False,
    kind="smart",
    domain="[('ref', '=', 'none')]",
)
has("crm.contact.group", "again", name="{n} group", company_id=False)
MEMBER_OF = {"open": "shared", "locked": "locking", "hidden": "hiding", "two": "two"}
for about, group in MEMBER_OF.items():
    has(
        "crm.contact.group.member",
        about,
        group_id=f"@crm.contact.group/{group}",
        partner_id=f"@res.partner/{about}",
        reason="{n} reason",
        again={"group_id": "@crm.contact.group/again"},
    )
    has(
        "crm.contact.group.period",
        about,
        group_id=f"@crm.contact.group/{group}",
        partner_id=f"@res.partner/{about}",
        date_from=TODAY,
        reason="a reason",
    )
for kind in ("one", "two"):
    has(
        "crm.contact.group.grant",
        kind,
        group_id=f"@crm.contact.group/{kind}",
        user_id="@colleague" if kind == "one" else "@colleague_2",
        touch={"include_subgroups": False},
    )
each(
    "crm.contact.allowance",
    ABOUT,
    partner_id="@res.partner/*",
    user_id="@ward",
    again={"user_id": "@me"},
    touch={"user_id": "@other"},
)
for about in ("locked", "hidden"):
    of_group = [("group_ids", "=", f"@crm.contact.group/{MEMBER_OF[about]}")]
    has("crm.contact.access.scope", about, find=of_group)
for about in ABOUT:
    has("crm.contact.group.history", about, find=[("partner_id", "=", f"@res.partner/{about}")])
has("crm.contact.card", "card", key="{n}", hidden_parts="{n}")
has("crm.contact.card.part", "shared", name="{n} part", code="{n}")
for kind, who in (("own", "@me"), ("one", "@colleague"), ("two", "@colleague_2")):
    has(
        "crm.contact.group.operation",
        kind,
        own=kind == "own",
        kind="add",
        group_id="@crm.contact.group/" + ("two" if kind == "two" else "hiding"),
        user_id=who,
        company_id=COMPANY_OF[kind],
        reason="{n} reason",
    )
    has(
        "crm.contact.group.operation.line",
        kind,
        own=kind == "own",
        operation_id=f"@crm.contact.group.operation/{kind}",
        partner_id="@res.partner/" + {"own": "open", "one": "hidden"}.get(kind, kind),
        before="{n}",
    )
has(
    "crm.contact.group.bulk",
    "wizard",
    made=False,
    kind="add",
    group_id="@crm.contact.group/shared",
    selected_ids=["@res.partner/open"],
    reason="{n}",
)
has("crm.contact.group.closing", "wizard", made=False, group_ids=["@crm.contact.group/again"])
has("crm.contact.group.price.check", "wizard", made=False, quantity=3, product_id="@product")
has("crm.contact.group.price.check.line", "wizard", made=False, name="{n}")
has("crm.contact.access.check", "wizard", made=False, partner_id="@res.partner/open")
has("crm.contact.access.check.line", "wizard", made=False, detail="{n}")
has("crm.contact.group.tags", "wizard", made=False, direction="to_groups", follow=True)
has("crm.contact.group.reprice", "wizard", made=False, group_id="@crm.contact.group/shared")
has(
    "crm.contact.group.reprice.line",
    "one",
    made=False,
    wizard_id="@mine/crm.contact.group.reprice",
    order_id="@order",
    touch={"chosen": False},
)

# crm_segmentation -----------------------------------------------------------------------

for kind, company in (("shared", False), ("one", "@one"), ("two", "@two")):
    has("crm.type", kind, name="{n} type", code="{n}", kind="company", company_id=company)
for kind, first, second in (
    ("one", "@colleague", "@other"),
    ("two", "@colleague_2", "@manager_2"),
):
    has(
        "crm.type.queue",
        kind,
        type_id=f"@crm.type/{kind}",
        user_id=first,
        sequence=3,
        again={"user_id": second},
    )
each(
    "crm.type.requirement",
    ("one", "two"),
    type_id="@crm.type/*",
    field_id="@field/phone",
    again={"field_id": "@field/email"},
    touch={"weight": 7},
)
each(
    "crm.type.merge",
    ("one", "two"),
    source_ids=["@crm.type/*"],
    target_id="@crm.type/shared",
    touch={"target_id": "@crm.type/shared"},
)
each(
    "crm.type.merge.line",
    ("one", "two"),
    merge_id="@crm.type.merge/*",
    source_id="@crm.type/*",
    model="res.partner",
    field_name="{n}",
)
has("crm.list.field", "shared", name="{n} field", model="res.partner", type="selection")
has("crm.list.value", "shared", name="{n} value", field_id="@crm.list.field/shared")
for kind, company in (("shared", False), ("one", "@one"), ("two", "@two")):
    has("crm.segment", kind, name="{n} segment", company_id=company)
    has(
        "crm.segment",
        f"score_{kind}",
        name="{n} segment",
        method="score",
        mode="snapshot",
        company_id=company,
    )
for kind in ("shared", "one", "two"):
    has(
        "crm.segment.criterion",
        kind,
        segment_id=f"@crm.segment/{kind}",
        domain="[('ref', '=', '{n}')]",
        touch={"domain": "[('ref', '=', '{n}x')]"},
    )
    has(
        "crm.segment.class",
        kind,
        segment_id=f"@crm.segment/score_{kind}",
        name="{n}",
        score_from=0,
        again={"score_from": 50},
    )
    has(
        "crm.segment.parameter",
        kind,
        kind="conditions",
        segment_id=f"@crm.segment/score_{kind}",
        name="{n} parameter",
    )
    has(
        "crm.segment.range",
        kind,
        parameter_id=f"@crm.segment.parameter/{kind}",
        name="{n} range",
        points=3,
        domain="[('ref', '=', 'none')]",
    )
    has("crm.segment.change", kind, segment_id=f"@crm.segment/score_{kind}")
SEGMENT_OF = {"open": "shared", "hidden": "shared", "two": "shared", "locked": "shared"}
for about, segment in SEGMENT_OF.items():
    of = {"segment_id": f"@crm.segment/score_{segment}", "partner_id": f"@res.partner/{about}"}
    in_class = {"class_id": f"@crm.segment.class/{segment}"}
    has("crm.segment.member", about, **of, **in_class, score=1)
    has("crm.segment.move", about, **of, kind="entered", date=NOW, score=1)
    has("crm.segment.score.line", about, find=[("partner_id", "=", f"@res.partner/{about}")])
each("crm.segment.preview", ("one", "two"), made=False, segment_id="@crm.segment/score_*")
each(
    "crm.segment.preview.change",
    ("one", "two"),
    made=False,
    preview_id="@mine/crm.segment.preview",
    from_class_id="@crm.segment.class/*",
    names="{n}",
)
for name, value in (("class", "score_from"), ("parameter", "weight"), ("range", "points")):
    each(
        f"crm.segment.preview.{name}",
        ("one", "two"),
        made=False,
        preview_id="@mine/crm.segment.preview",
        **{f"{name}_id": f"@crm.segment.{name}/*"},
        touch={value: 7},
    )
TAGGING = {"operation": "tag", "vals": {"tag_ids": ["@tag"]}}
for kind, who, company in (
    ("own", "@me", "@mine"),
    ("one", "@colleague", "@one"),
    ("two", "@colleague_2", "@two"),
):
    has(
        "crm.bulk.operation",
        kind,
        own=kind == "own",
        domain="[('ref', '=', '{n}')]",
        **(TAGGING if kind == "own" else {"operation": "owner", "vals": {"user_id": who}}),
        user_id=who,
        company_id=company,
        again={"user_id": None, "company_id": None},
        touch={"domain": "[('ref', '=', '{n} touched')]"},
    )
    has(
        "crm.bulk.operation.line",
        kind,
        own=kind == "own",
        operation_id=f"@crm.bulk.operation/{kind}",
        res_model="res.partner",
        res_id="@res.partner/" + {"own": "open", "one": "hidden"}.get(kind, kind),
        state="waiting",
        reason="{n} reason",
    )
has("crm.bulk.change", "wizard", made=False, model="res.partner", summary="{n}")
has("crm.bulk.change.choice", "wizard", made=False, name="{n}", model="res.partner", field="x")
has(
    "crm.bulk.undo",
    "wizard",
    made=False,
    operation_id="@crm.bulk.operation/own",
    touch={"scope": "part"},
)
for kind in ("shared", "again"):
    has("crm.relation.type", kind, name="{n} is", inverse_name="{n} of", code="{n}")
RELATION = {"type_id": "@crm.relation.type/shared", "note": "{n} note"}
for about in ABOUT:
    has(
        "crm.relation",
        about,
        **RELATION,
        left_partner_id=f"@res.partner/{about}",
        right_partner_id=f"@res.partner/{about}_peer",
        again={"type_id": "@crm.relation.type/again"},
    )
each(
    "crm.relation.add",
    ("open", "hidden"),
    made=False,
    partner_id="@res.partner/*",
    role="{n}",
    note="{n}",
)
has(
    "crm.duplicate.criterion",
    "shared",
    find=[("code", "=", "email")],
    touch={"description": "{n}"},
)
has("crm.duplicate.search", "shared", state="done", error="{n}", user_id="@colleague")
for about in ABOUT:
    has("crm.duplicate.group", about, anchor=f"@res.partner/{about}", error="{n}")
    pair = {"partner_a_id": f"@res.partner/{about}", "partner_b_id": f"@res.partner/{about}_peer"}
    for number, partner in enumerate(pair.values()):
        has(
            "crm.duplicate.member",
            f"{about}_peer" if number else about,
            group_id=f"@crm.duplicate.group/{about}",
            partner_id=partner,
        )
    has(
        "crm.duplicate.match",
        about,
        **pair,
        group_id=f"@crm.duplicate.group/{about}",
        criterion_id="@crm.duplicate.criterion/shared",
        value="{n}",
    )
    has("crm.duplicate.exclusion", about, **pair)
    has(
        "crm.duplicate.merge",
        about,
        name="{n}",
        old_id=1,
        partner_id=f"@res.partner/{about}",
        reasons=[],
    )
    has(
        "crm.owner.change",
        about,
        partner_id=f"@res.partner/{about}",
        old_user_id="@colleague",
        user_id="@colleague",
        date=NOW,
        reason="hand",
    )
has(
    "crm.duplicate.merge.sure",
    "wizard",
    made=False,
    group_ids=["@crm.duplicate.group/open"],
    touch={"is_understood": True},
)
for kind, who in (("own", "@me"), ("one", "@colleague"), ("two", "@colleague_2")):
    has(
        "crm.owner.operation",
        kind,
        own=kind == "own",
        kind="handover",
        user_id=who,
        company_id=COMPANY_OF[kind],
        description="{n}",
    )
    has(
        "crm.owner.operation.line",
        kind,
        own=kind == "own",
        operation_id=f"@crm.owner.operation/{kind}",
        partner_id="@res.partner/" + {"own": "open", "one": "hidden"}.get(kind, kind),
        state="planned",
        message="{n}",
    )
has(
    "crm.owner.handover",
    "wizard",
    made=False,
    from_user_ids=["@colleague"],
    touch={"with_deals": False},
)
has("crm.owner.handover.line", "wizard", made=False, user_id="@colleague", touch={"deal_count": 7})
each(
    "crm.owner.pass",
    ("open", "hidden"),
    made=False,
    partner_ids=["@res.partner/*"],
    touch={"only_empty": "empty"},
)

# crm_marketing_ladder -------------------------------------------------------------------

#: Sales directorates: of salesperson, leader, marketeer; of nobody here; of company two.
BOARDS = ("ours", "theirs", "two")
has("crm.ladder.of.recognition", "shared", name="{n} step", code="{n}", sequence=90)
has("crm.ladder.of.recognition", "next", name="{n} step", code="{n}", sequence=91)
has("crm.content.channel", "shared", name="{n} channel", code="{n}")
has("crm.content.format", "shared", name="{n} format", code="{n}", modality="text")
for board in BOARDS:
    has(
        "crm.sales.directorate",
        board,
        name="{n} directorate",
        code="{n}",
        company_id="@two" if board == "two" else "@one",
        user_ids={"ours": ["@salesperson", "@leader", "@marketeer"], "two": ["@manager_2"]}.get(
            board, ["@colleague"]
        ),
    )
ON_BOARD = {"name": "{n}", "directorate_id": "@crm.sales.directorate/*"}
each("crm.pain", BOARDS, **ON_BOARD)
each("crm.differentiator", BOARDS, **ON_BOARD, criterion_match="fully", type="nice")
for board in ("ours", "two"):
    has(
        "crm.differentiator",
        f"{board}_more",
        name="{n}",
        directorate_id=f"@crm.sales.directorate/{board}",
        criterion_match="fully",
        type="nice",
    )
each(
    "crm.marketing.message",
    BOARDS,
    **ON_BOARD,
    ladder_step_id="@crm.ladder.of.recognition/shared",
)
each(
    "crm.communication.goal",
    BOARDS,
    **ON_BOARD,
    from_step_id="@crm.ladder.of.recognition/shared",
    to_step_id="@crm.ladder.of.recognition/next",
)
each("crm.content", BOARDS, **ON_BOARD, author_id="@colleague")
has("crm.content", "common", name="{n}", directorate_id=False, author_id="@colleague")
for board in (*BOARDS, "common"):
    has("crm.content.task", board, name="{n}", content_id=f"@crm.content/{board}", user_id="@other")
    has(
        "crm.content.publication",
        board,
        task_id=f"@crm.content.task/{board}",
        user_id="@other",
        url="https://example.com/{n}",
    )
for board in ("theirs", "two"):
    # Naming oneself gives no right to what is another's.
    has(
        "crm.content.task",
        f"me_at_{board}",
        made=False,
        name="{n}",
        content_id=f"@crm.content/{board}",
        user_id="@me",
    )
    has(
        "crm.content.publication",
        f"me_at_{board}",
        made=False,
        task_id=f"@crm.content.task/{board}",
        user_id="@me",
        url="https://example.com/{n}",
    )
each(
    "crm.content.limit",
    BOARDS,
    directorate_id="@crm.sales.directorate/*",
    state="backlog",
    limit=5,
    again={"state": "approval"},
)
has(
    "crm.content.task",
    "responsible",
    own=True,
    name="{n}",
    content_id="@crm.content/theirs",
    user_id="@me",
)
has(
    "crm.content.publication",
    "responsible",
    own=True,
    task_id="@crm.content.task/theirs",
    user_id="@me",
    url="https://example.com/{n}",
)
each("crm.marketing.list", BOARDS, **ON_BOARD, kind="company")
BOARD_OF = {"own": "mine", "colleague": "ours", "two": "two"}
for deal in BOARD_OF:
    own = {"own": deal == "own", "lead_id": f"@crm.lead/{deal}"}
    has(
        "crm.content.sending",
        deal,
        **own,
        content_id=f"@crm.content/{BOARD_OF[deal]}",
        date=NOW - timedelta(days=3),
    )
    has(
        "crm.ladder.move",
        deal,
        **own,
        direction="enter",
        date=NOW,
        to_step_id="@crm.ladder.of.recognition/shared",
        reason="{n} reason",
    )
    has(
        "crm.lead.criterion",
        deal,
        **own,
        differentiator_id=f"@crm.differentiator/{BOARD_OF[deal]}",
        note="{n} note",
        again={"differentiator_id": f"@crm.differentiator/{BOARD_OF[deal]}_more"},
    )
has(
    "crm.ladder.step.move",
    "wizard",
    made=False,
    lead_ids=["@crm.lead/own"],
    step_id="@crm.ladder.of.recognition/shared",
    touch={"reason": "{n}"},
)

# crm_lead_assign ------------------------------------------------------------------------

has("crm.shared.mailbox", "shared", name="{n}@example.com", touch={"note": "{n}"})
has("crm.territory", "one", name="{n} territory", company_id="@one")
has("crm.territory", "two", name="{n} territory", company_id="@two")
for kind in ("one", "two"):
    has(
        "crm.assignment.run",
        kind,
        trigger="manual",
        company_id=f"@{kind}",
        team_ids=[f"@crm.team/{kind}"],
        state="done",
        error="{n}",
    )
    has(
        "crm.assignment.simulation",
        kind,
        name="{n} what-if",
        user_id="@colleague" if kind == "one" else "@colleague_2",
        team_ids=[f"@crm.team/{kind}"],
        again={"user_id": None},
    )
    has(
        "crm.assignment.simulation.line",
        kind,
        simulation_id=f"@crm.assignment.simulation/{kind}",
        team_id=f"@crm.team/{kind}",
        user_id="@manager",
        assignment_max=3,
        again={"user_id": "@manager_2"},
    )
    has(
        "crm.assignment.simulation.result",
        kind,
        simulation_id=f"@crm.assignment.simulation/{kind}",
        team_id=f"@crm.team/{kind}",
        user_id="@colleague" if kind == "one" else "@colleague_2",
        kind="actual",
    )
for kind, who in (("own", "@me"), ("one", "@colleague"), ("two", "@colleague_2")):
    company = "two" if kind == "two" else "one"
    deal = {"lead_id": "@crm.lead/" + ("two" if kind == "two" else "colleague")}
    has(
        "crm.assignment.decision",
        kind,
        own=kind == "own",
        run_id=f"@crm.assignment.run/{company}",
        company_id="@mine" if kind == "own" else f"@{kind}",
        lead_name="{n}",
        outcome="assigned",
        user_id=who,
        state="done",
        **({} if kind == "own" else {"team_id": f"@crm.team/{company}", **deal}),
    )
    has("crm.assignment.report", kind, own=kind == "own", find=[("user_id", "=", who)])
    if kind != "own":
        has("crm.assignment.speed", kind, find=[("lead_id", "=", deal["lead_id"])])
has("crm.assignment.check", "one", text="{n}")
for deal in BOARD_OF:
    of_deal = [("lead_id", "=", f"@crm.lead/{deal}")]
    has("crm.deal.type.report", deal, own=deal == "own", find=of_deal)


class World:
    """:param roles: rows of ``roles.csv``"""

    def __init__(self, env, roles):
        self.env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
        self.roles = roles
        #: What ``@name`` is: an id, or a record of a role's own by ``@model/kind@role``.
        self.names: dict[str, int] = {}
        self.marks: dict[str, list[str]] = {}
        self.ids: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self.peers: list[Record] = []
        self.company_of_role = {role["role"]: role["company"].split()[0] for role in roles}

    def make(self) -> dict:
        """Fill the database; tell what the tests have to know."""
        self._make_companies()
        self._make_users()
        self._make_teams()
        self._make_small_things()
        for record in RECORDS:
            self._make(record)
        self._protect()
        self.env.flush_all()
        self._make_keys()
        self.env.cr.commit()
        # The server is there already.
        self.env.registry.signal_changes()
        return {
            "ids": self.ids,
            "names": self.names,
            "marks": self.marks,
            "keys": self.keys,
            "users": {role["role"]: self.names[role["role"]] for role in self.roles},
            "password": PASSWORD,
            "records": [asdict(record) for record in RECORDS + self.peers],
            "inventory": take_inventory(
                self.env, self._users_by_role(), {record.model for record in RECORDS}
            ),
        }

    # Who ------------------------------------------------------------------------------

    def _make_companies(self):
        one = self.env.ref("base.main_company")
        two = self.env["res.company"].create(
            {"name": "Company Two", "currency_id": one.currency_id.id}
        )
        self.companies = {"one": one, "two": two}
        self.names |= {name: company.id for name, company in self.companies.items()}
        self.env = self.env(context=dict(self.env.context, allowed_company_ids=[one.id, two.id]))

    def _make_users(self):
        self.names["public"] = self.env.ref("base.public_user").id
        for role in self.roles:
            if role["login"] == "yes":
                self.names[role["role"]] = self._make_user(
                    role["role"], role["company"], role["groups"].split()
                )
        salesperson = ["sales_team.group_sale_salesman"]
        for name, company in (("colleague", "one"), ("other", "one"), ("ward", "one")):
            self.names[name] = self._make_user(name, company, salesperson)
        self.names["colleague_2"] = self._make_user("colleague_2", "two", salesperson)
        self._give_password()

    def _make_user(self, login, companies, groups):
        companies = [self.companies[name].id for name in companies.split()]
        return (
            self.env["res.users"]
            .create(
                {
                    "name": login.replace("_", " ").capitalize(),
                    "login": login,
                    "company_id": companies[0],
                    "company_ids": [Command.set(companies)],
                    "group_ids": [Command.set([self.env.ref(name).id for name in groups])],
                }
            )
            .id
        )

    def _give_password(self):
        """The same to all that were made, hashed once: it takes Odoo most of a second."""
        hashed = self.env["res.users"]._crypt_context().hash(PASSWORD)
        self.env.flush_all()
        query = "UPDATE res_users SET password = %s WHERE login = ANY(%s)"
        self.env.cr.execute(query, (hashed, list(self.names)))

    def _users_by_role(self):
        Users = self.env["res.users"]
        return {
            role["role"]: Users.browse(self.names[role["role"]])
            for role in self.roles
            if role["login"] == "yes"
        }

    def _make_keys(self):
        tomorrow = datetime.now() + timedelta(days=1)
        users = self._users_by_role()
        users["administrator"] = self.env.ref("base.user_admin")
        self.names["administrator"] = users["administrator"].id
        users["administrator"].company_ids |= self.companies["two"]
        for role, user in users.items():
            Keys = self.env["res.users.apikeys"].with_user(user).sudo()
            self.keys[role] = Keys._generate(None, "roles", tomorrow)
        self._make_keys_cheap()

    def _make_keys_cheap(self):
        """Hash keys and passwords in one round: they are looked at in thousands of requests."""
        cheap = type(KEY_CRYPT_CONTEXT)(["pbkdf2_sha512"], pbkdf2_sha512__rounds=1)
        self.env.cr.execute(
            "UPDATE res_users SET password = %s WHERE id = ANY(%s)",
            [cheap.hash(PASSWORD), [self.names[role] for role in self._users_by_role()]],
        )
        for role, key in self.keys.items():
            self.env.cr.execute(
                "UPDATE res_users_apikeys SET key = %s WHERE user_id = %s",
                [cheap.hash(key), self.names[role]],
            )

    # What -----------------------------------------------------------------------------

    def _make_teams(self):
        names = self.names
        members = {
            "one": ("leader", "colleague", "salesperson", "other", "ward"),
            "two": ("colleague_2",),
        }
        for kind, leader in (("one", "leader"), ("two", "manager_2")):
            team = self.env["crm.team"].create(
                {
                    "name": f"Team {kind}",
                    "company_id": names[kind],
                    "user_id": names[leader],
                    "member_ids": [Command.set([names[name] for name in members[kind]])],
                }
            )
            self.ids[f"crm.team/{kind}"] = team.id

    def _make_small_things(self):
        """Those of Odoo that records of ours refer to."""
        product = self.env["product.product"].create({"name": "Product", "list_price": 3})
        self.names["product"] = product.id
        self.names["tag"] = self.env["res.partner.category"].create({"name": "Tag"}).id
        for name in ("phone", "email"):
            fields = self.env["ir.model.fields"]
            self.names[f"field/{name}"] = fields._get("res.partner", name).id
        Partner = self.env["res.partner"]
        for about in ABOUT:
            marks = new_marks()
            values = {"name": marks["n"], "is_company": True}
            if about == "two":
                values["company_id"] = self.names["two"]
            of_company = {"company_id": "@two"} if about == "two" else {}
            peer = Record("res.partner", f"{about}_peer", {**CONTACT, **of_company}, touch=STREET)
            self._keep(peer, Partner.create(values), marks)
            self.peers.append(peer)
        order = self.env["sale.order"].create(
            {"partner_id": self.ids["res.partner/open_peer"], "user_id": False}
        )
        self.names["order"] = order.id

    def _make(self, record):
        if not record.made:
            return
        for role in self._users_by_role() if record.own else [None]:
            if record.find:
                self._find(record, role)
                continue
            marks = new_marks()
            values = self._resolve(record.values, marks, role)
            self._keep(record, self._create(record.model, values), marks, role)
        self.env.flush_all()

    def _find(self, record, role):
        """Keep what has come by itself, if it has."""
        domain = [tuple(condition) for condition in self._resolve(record.find, {}, role)]
        found = self.env[record.model].search(domain, limit=1)
        if found:
            self._keep(record, found, {}, role)

    def _protect(self):
        """Put further contacts under the protection of the world's groups."""
        for kind, group in (("locked", "locking"), ("hidden", "hiding")):
            group = self.env["crm.contact.group"].browse(self.ids[f"crm.contact.group/{group}"])
            group.add_contacts([self.ids[f"res.partner/{kind}_peer"]])
        own = [id_ for name, id_ in self.ids.items() if name.startswith("res.partner/own@")]
        group.add_contacts(own)

    def _create(self, model, values):
        company = self._company_of(values)
        records = self.env[model].with_company(company) if company else self.env[model]
        return records.create(values)

    def _company_of(self, values):
        return values.get("company_id") and self.env["res.company"].browse(values["company_id"])

    def _resolve(self, values, marks, role):
        return resolve(values, marks, lambda name: self._refer(name, role))

    def _refer(self, name, role):
        if name == "me":
            return self.names[role]
        if name == "mine":
            return self.names[self.company_of_role[role]]
        if role:
            name = of_company(name, self.company_of_role[role])
        if f"{name}@{role}" in self.ids:
            return self.ids[f"{name}@{role}"]
        return self.ids[name] if name in self.ids else self.names[name]

    def _keep(self, record, made, marks, role=None):
        name = f"{record.model}/{record.kind}" + (f"@{role}" if role else "")
        self.ids[name] = made.id
        self.marks[name] = list(marks.values())
