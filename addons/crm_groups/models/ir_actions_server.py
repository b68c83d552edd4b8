from odoo import api, fields, models


class IrActionsServer(models.Model):
    """Actions that put contacts into groups: for automation rules, schedules and groups."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[
            ("contact_group_add", "Add to Contact Group"),
            ("contact_group_remove", "Remove from Contact Group"),
            ("contact_group_move", "Move between Contact Groups"),
            ("code",),
        ],
        ondelete={
            "contact_group_add": "cascade",
            "contact_group_remove": "cascade",
            "contact_group_move": "cascade",
        },
    )
    contact_group_id = fields.Many2one(
        comodel_name="crm.contact.group",
        ondelete="restrict",
        help="The group that contacts enter or leave. The contact of a document is its customer.",
    )
    contact_group_target_id = fields.Many2one(
        comodel_name="crm.contact.group", string="Target Group", ondelete="restrict"
    )
    contact_group_reason = fields.Char(string="Membership Reason")

    @api.model
    def _get_contact_group_states(self):
        return ("contact_group_add", "contact_group_remove", "contact_group_move")

    def _name_depends(self):
        return [*super()._name_depends(), "contact_group_id", "contact_group_target_id"]

    def _generate_action_name(self):
        self.ensure_one()
        group, target = self.contact_group_id.name, self.contact_group_target_id.name
        if self.state == "contact_group_add" and group:
            return self.env._("Add to %s", group)
        if self.state == "contact_group_remove" and group:
            return self.env._("Remove from %s", group)
        if self.state == "contact_group_move" and group and target:
            return self.env._("Move from %(group)s to %(target)s", group=group, target=target)
        return super()._generate_action_name()

    def _warning_depends(self):
        return [*super()._warning_depends(), "contact_group_id", "contact_group_target_id"]

    def _get_warning_messages(self):
        self.ensure_one()
        warnings = super()._get_warning_messages()
        if self.state not in self._get_contact_group_states():
            return warnings
        if not self.contact_group_id or (
            self.state == "contact_group_move" and not self.contact_group_target_id
        ):
            warnings.append(self.env._("Choose the contact group."))
        model = self.env.get(self.model_name)
        if model is not None and self._get_contact_path(model) is None:
            warnings.append(
                self.env._("Records of this model have no contact that could be in a group.")
            )
        return warnings

    @api.model
    def _get_contact_path(self, model):
        """Return the field with the contact of a model's records, "" for contacts themselves."""
        if model._name == "res.partner":
            return ""
        field = model._fields.get("partner_id")
        return "partner_id" if field and field.comodel_name == "res.partner" else None

    def _get_contacts_to_move(self):
        ids = self.env.context.get("active_ids") or [self.env.context.get("active_id")]
        records = self.env[self.model_name].browse(id_ for id_ in ids if id_).exists()
        path = self._get_contact_path(records)
        return records.mapped(path) if path else records

    def _get_moving_group(self):
        return self.contact_group_id.with_context(
            crm_groups_source=self.env.context.get("crm_groups_source") or "action"
        )

    def _run_action_contact_group_add_multi(self, eval_context=None):
        contacts = self._get_contacts_to_move()
        if contacts:
            self._get_moving_group().add_contacts(
                contacts.ids, reason=self.contact_group_reason or self.name
            )
        return False

    def _run_action_contact_group_remove_multi(self, eval_context=None):
        contacts = self._get_contacts_to_move()
        if contacts:
            self._get_moving_group().remove_contacts(contacts.ids)
        return False

    def _run_action_contact_group_move_multi(self, eval_context=None):
        contacts = self._get_contacts_to_move()
        if contacts:
            self._get_moving_group().move_contacts(contacts.ids, self.contact_group_target_id.id)
        return False
