from lxml import etree

from odoo import api, fields, models

#: What a form asks before it lets a field be edited.
LOCK = "readonly_reason"


class CrmReadonlyMixin(models.AbstractModel):
    """The form of a record that its reader may not change is read-only, and says why.

    Odoo asks for the right to the model only: a record that a rule keeps from being changed looks
    as if it could be, and the error comes after the typing. Here each field of the form is
    read-only where there is a reason, as Odoo has it for templates of e-mails (``can_write``).
    """

    _name = "crm.readonly.mixin"
    _description = "Read-only Where It May Not Be Changed"

    readonly_reason = fields.Char(
        "Why Read-only",
        compute="_compute_readonly_reason",
        exportable=False,
        groups="base.group_user",
        help="Why the user may read the record and not change it; empty where he may.",
    )

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_readonly_reason(self):
        """Ask once for all of them. Without any right to the model, the form knows by itself."""
        saved, locked = self._origin, self.browse()
        if saved and not self.env.su and self.browse().has_access("write"):
            locked = saved - saved._filtered_access("write")
        told = locked._map_readonly_reasons() if locked else {}
        for record in self:
            record.readonly_reason = " ".join(told.get(record._origin, "").split()) or False

    def _map_readonly_reasons(self):
        """Return {record: text} that says that it can only be read, and why."""
        text = self.env._("You can read this, but not change it.")
        return {
            record: " ".join(filter(None, [text, record._get_readonly_reason()])) for record in self
        }

    def _get_readonly_reason(self):
        """Return a sentence with the reason and the way out; for models that know it."""
        return ""

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.type == "form":
            self._lock_form(arch)
        return arch, view

    @api.model
    def _lock_form(self, arch):
        """Make the fields of a form read-only where there is a reason, and show it on top.

        Fields of subviews are left alone: the field with the subview is read-only as a whole.
        """
        for node in arch.xpath("//field[not(ancestor::field)]"):
            field = self._fields.get(node.get("name"))
            readonly = node.get("readonly", "")
            if not field or LOCK in readonly or readonly.lower() in ("1", "true"):
                continue
            if not readonly and field.readonly:
                continue
            free = readonly.lower() in ("", "0", "false")
            node.set("readonly", LOCK if free else f"({readonly}) or {LOCK}")
        if not arch.xpath(f"//field[@name='{LOCK}']"):
            sheet = arch.find(".//sheet")
            (arch if sheet is None else sheet).insert(0, self._make_reason_node())

    @api.model
    def _make_reason_node(self):
        return etree.fromstring(
            f"<div class='alert alert-info o_crm_readonly_reason' role='status'"
            f" invisible='not {LOCK}'>"
            f"<i class='fa fa-lock me-2' role='presentation'/>"
            f"<field name='{LOCK}' class='d-inline' nolabel='1' readonly='1'/></div>"
        )
