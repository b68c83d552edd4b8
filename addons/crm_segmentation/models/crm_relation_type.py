from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.crm_access.texts import tell_count

from .crm_type import COMPANY, CONTACT, DEAL

ANY = "any"


class CrmRelationType(models.Model):
    """What two parties can be to each other, with a name for each side."""

    _name = "crm.relation.type"
    _inherit = ["crm.shared.mixin", "crm.code.mixin"]
    _description = "Relation Type"
    _order = "sequence, name, id"
    _shared_by = None
    _rec_names_search = ["name", "inverse_name", "code"]
    _code_stem = "relation"

    name = fields.Char(
        "First Side Is",
        required=True,
        translate=True,
        help="What the first party is to the second, e.g. Branch.",
    )
    inverse_name = fields.Char(
        "Second Side Is",
        translate=True,
        help="What the second party is to the first, e.g. Headquarters.",
    )
    code = fields.Char(
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Stable name for imports and integrations. It stays the same when the names are "
        "changed or translated. Left empty, it is made from the name.",
    )
    left_kind = fields.Selection(
        [(ANY, "Contact or Company"), (CONTACT, "Contact"), (COMPANY, "Company")],
        "First Side",
        required=True,
        default=ANY,
        help="Who may be on the first side.",
    )
    right_kind = fields.Selection(
        [
            (ANY, "Contact or Company"),
            (CONTACT, "Contact"),
            (COMPANY, "Company"),
            (DEAL, "Deal"),
        ],
        "Second Side",
        required=True,
        default=ANY,
        help="Who or what may be on the second side.",
    )
    is_symmetric = fields.Boolean(
        "Same on Both Sides", help="Both parties are the same to each other, e.g. competitors."
    )
    is_hierarchical = fields.Boolean(
        "No Circles",
        help="The first side belongs under the second. Nobody can be above himself, not over "
        "several steps either.",
    )
    is_single = fields.Boolean(
        "One at a Time",
        help="The first party has one such relation at a time, e.g. one headquarters.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="When to choose it, for those who choose.")
    relation_count = fields.Integer("Relations", compute="_compute_relation_count")

    _code_uniq = models.UniqueIndex(
        "(lower(code))",
        "Another relation type already has this code. Upper and lower case count as the same, "
        "and archived types keep their codes.",
    )
    _code_filled = models.Constraint(
        "CHECK (btrim(code) = code AND code <> '')",
        "The code of a relation type must not be empty, nor begin or end with a blank.",
    )

    _sides_named = models.Constraint(
        "CHECK (COALESCE(is_symmetric, FALSE) OR inverse_name IS NOT NULL)",
        "Say what the second side is, or mark the type as the same on both sides.",
    )
    _symmetric_sides = models.Constraint(
        "CHECK (NOT is_symmetric OR (left_kind = right_kind AND NOT is_hierarchical))",
        "A type that is the same on both sides needs the same kind of party on both, and cannot "
        "put one side above the other.",
    )

    @api.model
    def _is_named_in_files(self):
        return False  # each has a name from both sides

    @api.depends("name", "inverse_name", "is_symmetric")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for relation_type in self:
            roles = dict.fromkeys([relation_type.name, relation_type._get_role(inverse=True)])
            relation_type.display_name = " – ".join(filter(None, roles))

    @api.depends_context("uid")
    def _compute_relation_count(self):
        counts = dict(
            self.env["crm.relation"]._read_group(
                [("type_id", "in", self.ids)], ["type_id"], ["__count"]
            )
        )
        for relation_type in self:
            relation_type.relation_count = counts.get(relation_type, 0)

    @api.onchange("is_symmetric")
    def _onchange_is_symmetric(self):
        if self.is_symmetric:
            self.is_hierarchical = False
            self.right_kind = self.left_kind

    @api.onchange("left_kind")
    def _onchange_left_kind(self):
        if self.is_symmetric:
            self.right_kind = self.left_kind

    def write(self, vals):
        fixed = {"left_kind", "right_kind", "is_symmetric", "is_hierarchical", "is_single"}
        for relation_type in self:
            changed = [name for name in fixed & set(vals) if vals[name] != relation_type[name]]
            # Letting more through breaks no relation that is there.
            wider = all(vals[name] in (ANY, False) and name != "is_symmetric" for name in changed)
            if changed and not wider:
                relation_type._check_unused()
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for relation_type, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", relation_type.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for relation_type in self:
            relation_type._check_unused()

    def action_view_relations(self):
        """Open the relations of this type."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segmentation.crm_relation_action"
        )
        action["domain"] = [("type_id", "=", self.id)]
        action["context"] = {"default_type_id": self.id}
        action["display_name"] = self.display_name
        return action

    @api.model
    def get_roles(self, kind):
        """List what another party can be to one of this kind. One query.

        :param kind: ``contact``, ``company`` or ``deal``
        :return: one dict per role: ``role`` (``"<type id>:left"`` or ``":right"``, the side of the
            other party), ``label``, ``other_kind``
        :rtype: list
        """
        roles = []
        for relation_type in self.search([]):
            if relation_type.right_kind in (kind, ANY if kind != DEAL else kind):
                roles.append(relation_type._prepare_role("left"))
            if relation_type.is_symmetric or kind == DEAL:
                continue
            if relation_type.left_kind in (kind, ANY):
                roles.append(relation_type._prepare_role("right"))
        return roles

    def _prepare_role(self, side):
        return {
            "role": f"{self.id}:{side}",
            "label": self._get_role(inverse=side == "right"),
            "other_kind": self[f"{side}_kind"],
        }

    def _get_role(self, inverse=False):
        """What the first side is, or with ``inverse`` the second."""
        self.ensure_one()
        return self.inverse_name if inverse and not self.is_symmetric else self.name

    @api.model
    def _get_by_code(self, code):
        """Find a type by its code, or by the name of a side.

        :raises UserError: nothing or several found; the message lists the codes that exist
        """
        found = self.search([("code", "=ilike", (code or "").strip())])
        if not found:
            found = self.search(
                Domain("name", "=ilike", code or "") | Domain("inverse_name", "=ilike", code or "")
            )
        if len(found) == 1:
            return found
        codes = ", ".join(self.search([]).mapped("code"))
        if found:
            message = self.env._(
                "“%(name)s” names several relation types: use one of the codes %(found)s.",
                name=code,
                found=", ".join(found.mapped("code")),
            )
        else:
            message = self.env._(
                "There is no relation type “%(name)s”. Codes that exist: %(codes)s.",
                name=code,
                codes=codes or self.env._("none yet"),
            )
        raise UserError(message)

    @api.model
    def _format_existing_codes(self):
        """Name the codes that exist."""
        codes = ", ".join(self.search([]).mapped("code"))
        return self.env._("Codes that exist: %s.", codes or self.env._("none yet"))

    def _check_unused(self):
        self.ensure_one()
        # As superuser: a relation the user may not see is still in use.
        count = self.env["crm.relation"].sudo().search_count([("type_id", "=", self.id)])
        if count:
            raise UserError(
                tell_count(
                    count,
                    self.env._(
                        "The relation type “%(type)s” is used by 1 relation: it cannot be "
                        "deleted, nor changed so that it breaks its rules. Archive it and make a "
                        "new one instead; that relation keeps it."
                    ),
                    self.env._(
                        "The relation type “%(type)s” is used by %(count)s relations: it "
                        "cannot be deleted, nor changed so that they break its rules. Archive"
                        " it and make a new one instead; those relations keep it."
                    ),
                    type=self.display_name,
                )
            )
