from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_access.domains import find_fault, find_search_fault, read_plain_filter

from ..bulk import get_change_class, get_changes

MODELS = ("res.partner", "crm.lead")
CASCADES = ("persons", "deals", "activities")

#: What people say; everything else is recorded by what is done.
TOLD = {
    "model",
    "domain",
    "with_archived",
    "operation",
    "vals",
    "cascade",
    "cascade_own",
    "reason",
}
#: How many values one key of an operation may get: new owners, tags.
MOST_VALUES = 1000
#: How many records somebody without the group for bulk operations may change at once.
LIMIT = 500
#: The button leaves more than this to a scheduled action; a caller from outside waits longer.
BACKGROUND, BACKGROUND_API = 2000, 20_000


class CrmBulkOperation(models.Model):
    """One change of many records: what it is, what it would do, did, and how it is undone.

    From outside: create one with ``model``, ``domain``, ``operation``, ``vals`` and, if so
    wished, ``cascade`` and ``reason``; then ``action_preview``, ``action_apply``,
    ``action_undo``. Whatever is done is done with the rights of the caller.
    """

    _name = "crm.bulk.operation"
    _inherit = "crm.filter.mixin"
    _description = "Bulk Operation"
    _order = "id desc"
    _filters = {"domain": "model"}

    name = fields.Char(compute="_compute_name", store=True)
    model = fields.Selection(
        selection=[("res.partner", "Contacts"), ("crm.lead", "Leads and deals")],
        string="Records",
        required=True,
        default="res.partner",
    )
    domain = fields.Char(required=True, help="Which records: a filter as Odoo writes it.")
    with_archived = fields.Boolean(help="The filter finds archived records too.")
    operation = fields.Selection(selection="_selection_operation", required=True)
    vals = fields.Json(string="Values", help="The new values: names of fields and what they get.")
    cascade = fields.Json(
        string="Also", help="What is taken along: a list of persons, deals, activities."
    )
    cascade_own = fields.Boolean(
        string="Leave What Others Have",
        help="Of what is taken along, only what has the same owner as the contact or deal, or "
        "none, is changed.",
    )
    reason = fields.Char(help="Told in the history of each record and to the new owner.")
    state = fields.Selection(
        [
            ("draft", "New"),
            ("preview", "Dry Run"),
            ("running", "Running"),
            ("done", "Done"),
            ("undoing", "Being Undone"),
            ("partly", "Partly Undone"),
            ("undone", "Undone"),
            ("failed", "Stopped"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Done By",
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="set null",
    )
    undo_user_id = fields.Many2one(
        "res.users", string="Undone By", readonly=True, ondelete="set null", index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    options = fields.Json(readonly=True)
    date_start = fields.Datetime(string="Done On", readonly=True)
    date_end = fields.Datetime(string="Finished On", readonly=True)
    error = fields.Char(readonly=True)
    line_ids = fields.One2many("crm.bulk.operation.line", "operation_id", readonly=True)
    total_count = fields.Integer(string="Records Looked At", readonly=True)
    waiting_count = fields.Integer(string="To Change", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    unchanged_count = fields.Integer(string="Were So Already", readonly=True)
    refused_count = fields.Integer(string="Not Possible", readonly=True)
    undone_count = fields.Integer(string="Undone", readonly=True)
    kept_count = fields.Integer(string="Not Undone", readonly=True)

    @api.model
    def _selection_operation(self):
        return [(cls.code, cls.get_label(self.env)) for cls in get_changes(self.env)]

    @api.depends("operation", "vals", "model")
    def _compute_name(self):
        for bulk in self:
            bulk.name = bulk._get_change().describe() if bulk.operation else False

    # -- what is told is looked through ------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_domain")
        if any(vals.get("domain", default) in (None, False, "") for vals in vals_list):
            # A program that leaves it out by mistake must not change everybody.
            raise UserError(
                self.env._(
                    "Say which records a bulk operation is for: a domain, such as "
                    "[('city', '=', 'Riga')], or [] for all."
                )
            )
        operations = super().create([self._check_told(vals) for vals in vals_list])
        operations._check_operation()
        return operations

    def write(self, vals):
        if not self.env.su and any(bulk.state not in ("draft", "preview") for bulk in self):
            raise UserError(self.env._("A bulk operation that has been done cannot be changed."))
        vals = self._check_told(vals)
        if not TOLD & vals.keys() - {"reason"}:
            return super().write(vals)
        # The dry run told about something else. sudo: the lines are the system's.
        self.sudo()._forget_lines()
        result = super().write(vals)
        self._check_operation()
        return result

    @api.model
    def _check_told(self, vals):
        """Let users say what is to be done, never who did it and what came of it.

        The scheduled action works with the rights of ``user_id``: whoever could write that
        could do anything.
        """
        if not self.env.su and vals.keys() - TOLD:
            raise AccessError(
                self.env._(
                    "These values are recorded, they cannot be told: %s.",
                    ", ".join(sorted(vals.keys() - TOLD)),
                )
            )
        vals = dict(vals)
        if vals.get("model") and vals["model"] not in MODELS:
            raise UserError(
                self.env._(
                    "There are no bulk operations on “%(model)s”. Choose one of: %(models)s.",
                    model=vals["model"],
                    models=", ".join(MODELS),
                )
            )
        if "operation" in vals:
            get_change_class(self.env, vals["operation"], vals.get("model") or MODELS[0])
        if isinstance(vals.get("domain"), (list, tuple)):
            vals["domain"] = repr(list(vals["domain"]))
        if vals.get("vals") and not isinstance(vals["vals"], dict):
            raise UserError(
                self.env._(
                    "The values of a bulk operation are names with what they get, not %s. Write "
                    "them as {'user_id': 7}.",
                    repr(vals["vals"])[:200],
                )
            )
        self._check_number(vals.get("vals") or {})
        if "cascade" in vals:
            vals["cascade"] = self._read_cascade(vals["cascade"])
        return vals

    @api.model
    def _check_number(self, values):
        """Refuse more values than anybody means, before each of them is looked up.

        :raises UserError: that names the value and the limit
        """
        for key, value in values.items():
            if isinstance(value, (list, tuple)) and len(value) > MOST_VALUES:
                raise UserError(
                    self.env._(
                        "“%(key)s” of a bulk operation takes %(most)s values at most, and these "
                        "are %(count)s. Which records are changed is said by the domain.",
                        key=key,
                        most=MOST_VALUES,
                        count=len(value),
                    )
                )

    @api.model
    def _read_cascade(self, cascade):
        """Return the list of what is taken along: from a list, a text with commas, or true."""
        if cascade is True:
            return list(CASCADES)
        if isinstance(cascade, str):
            cascade = [part.strip() for part in cascade.split(",") if part.strip()]
        if cascade and not isinstance(cascade, (list, tuple)):
            cascade = [cascade]
        return [str(part) for part in cascade or []]

    def _check_operation(self):
        """Look through what is to be done, with the rights of the caller.

        :raises UserError: that names what is wrong and what there is
        """
        for bulk in self:
            if fault := find_search_fault(self.env[bulk.model], bulk.domain):
                raise bulk._get_domain_error(fault)
            bulk._get_change().check()
            bulk._check_cascade()

    def _check_cascade(self):
        unknown = [code for code in self.cascade or [] if code not in CASCADES]
        possible = self._get_possible_cascades()
        # "All there is" leaves out what there is not.
        wrong = set(self.cascade or []) - set(possible)
        if unknown or (wrong and set(self.cascade) != set(CASCADES)):
            raise UserError(
                self.env._(
                    "The bulk operation “%(operation)s” cannot take these along: %(wrong)s. It "
                    "can take: %(codes)s.",
                    operation=self.operation,
                    wrong=", ".join(unknown or sorted(wrong)),
                    codes=", ".join(possible) or self.env._("nothing"),
                )
            )

    def _get_possible_cascades(self):
        # A deal has no persons and deals of its own.
        codes = CASCADES if self.model == MODELS[0] else ("activities",)
        return [code for code in codes if code in self._get_change().cascades]

    def _get_cascade(self):
        return set(self.cascade or []) & set(self._get_possible_cascades())

    def _get_domain(self):
        """Return the filter, to search with; of literals, so that one sees what it asks for.

        :raises UserError: when it is broken
        """
        self.ensure_one()
        if fault := find_fault(self.env[self.model], self.domain):
            raise self._get_domain_error(fault)
        return read_plain_filter(self.env[self.model], self.domain)

    def _get_domain_error(self, fault):
        return UserError(
            self.env._(
                "The filter of the bulk operation cannot be read: %(domain)s (%(error)s). "
                "Write it as [('city', '=', 'Bath')].",
                domain=(self.domain or "")[:200],
                error=fault[:200],
            )
        )

    def _get_change(self):
        """Return what is to be done, see :class:`..bulk.Change`; with the rights of the caller."""
        self.ensure_one()
        cls = get_change_class(self.env, self.operation, self.model)
        vals = dict(self.vals or {})
        return cls(self.env, self.model, vals)

    def _forget_lines(self):
        self.line_ids.unlink()
        self.write(
            {
                "state": "draft",
                "total_count": 0,
                "waiting_count": 0,
                "unchanged_count": 0,
                "refused_count": 0,
            }
        )

    # -- limits ------------------------------------------------------------------------

    @api.model
    def _get_parameter(self, name, default):
        # sudo: a limit holds for whoever may not read the parameters.
        value = self.env["ir.config_parameter"].sudo().get_param(f"crm_segmentation.{name}")
        try:
            return int(value or default)
        except ValueError:
            return default

    def _check_limit(self, count):
        """Refuse more records at once than the user may change.

        :raises UserError: that names the group
        """
        limit = self._get_parameter("bulk_limit", LIMIT)
        if self.env.su or self.env.user.has_group("crm_segmentation.group_bulk") or count <= limit:
            return
        raise UserError(
            self.env._(
                "You may change %(limit)s records at once, these are %(count)s. Choose fewer, or "
                "ask for the right “%(group)s”.",
                limit=limit,
                count=count,
                # sudo: the name of a group, for a message.
                group=self.env.ref("crm_segmentation.group_bulk").sudo().name,
            )
        )

    def _check_mine(self):
        """Only who did it, and sales administrators, go on with an operation or undo it."""
        self.check_access("read")
        manager = self.env.user.has_group("sales_team.group_sale_manager")
        for bulk in self:
            if not self.env.su and not manager and bulk.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only %s or a sales administrator can do this.", bulk.user_id.sudo().name
                    )  # sudo: the name of a colleague, for a message
                )

    # -- retention ---------------------------------------------------------------------

    @api.autovacuum
    def _gc_operations(self):
        """Forget what nobody undoes any more: half a year, and dry runs after a week."""
        now = fields.Datetime.now()
        days = self._get_parameter("bulk_retention_days", 180)
        old = self.search(
            [
                "|",
                "&",
                ("state", "in", ("draft", "preview")),
                ("create_date", "<", fields.Datetime.subtract(now, days=7)),
                "&",
                ("state", "not in", ("running", "undoing")),
                ("create_date", "<", fields.Datetime.subtract(now, days=days)),
            ],
            limit=50,
        )
        old.unlink()
        return len(old), 0 if len(old) < 50 else 1
