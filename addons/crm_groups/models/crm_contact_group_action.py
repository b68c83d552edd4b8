# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..switches import FOLLOWING, NOTE_ERRORS

#: Actions that set off one another deeper than this are stopped, whatever contacts they are about.
MAX_CHAIN = 20
ACTIONS = ("enter_action_id", "leave_action_id")


class CrmContactGroup(models.Model):
    """What happens by itself when a contact enters or leaves: an action, a salesperson."""

    _inherit = "crm.contact.group"

    enter_action_id = fields.Many2one(
        comodel_name="ir.actions.server",
        string="On Entering",
        domain=[("model_id.model", "=", "res.partner"), ("usage", "=", "ir_actions_server")],
        ondelete="restrict",
        help="Runs for the contacts that enter, all of one operation together.",
    )
    leave_action_id = fields.Many2one(
        comodel_name="ir.actions.server",
        string="On Leaving",
        domain=[("model_id.model", "=", "res.partner"), ("usage", "=", "ir_actions_server")],
        ondelete="restrict",
        help="Runs for the contacts that leave, all of one operation together.",
    )
    action_error = fields.Text(readonly=True, copy=False)
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="crm_contact_group_responsible_rel",
        column1="group_id",
        column2="user_id",
        string="In Turn",
        domain=[("share", "=", False)],
        help="Several users who take the group's new contacts in turn.",
    )
    owner_mode = fields.Selection(
        selection=[
            ("never", "Nobody's"),
            ("empty", "Contacts without salesperson"),
            ("all", "All contacts that enter"),
        ],
        string="Becomes Salesperson Of",
        default="never",
        required=True,
    )
    turn = fields.Integer(readonly=True, copy=False, technical=True)

    @api.model
    @tools.ormcache()
    def _get_acting_groups(self):
        """Return {group id: (action on entering, on leaving, sets salespersons)}; cached."""
        groups = self._search_for_cache()
        return {
            group.id: (group.enter_action_id.id, group.leave_action_id.id, group._sets_owner())
            for group in groups
            if group.enter_action_id or group.leave_action_id or group._sets_owner()
        }

    def _sets_owner(self):
        return self.owner_mode != "never" and bool(self.user_id or self.user_ids)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_choose_actions(self._with_defaults(vals_list, ACTIONS))
        return super().create(vals_list)

    def write(self, vals):
        self._check_may_choose_actions([vals])
        result = super().write(vals)
        if {*ACTIONS, "owner_mode", "user_id", "user_ids"} & set(vals):
            self.env.registry.clear_cache()
        return result

    def copy_data(self, default=None):
        """Leave out the actions for those who could not have chosen them."""
        vals_list = super().copy_data(default=default)
        if not self.env["ir.actions.server"].has_access("write"):
            for vals in vals_list:
                for name in ACTIONS:
                    vals.pop(name, None)
        return vals_list

    @api.model
    def _check_may_choose_actions(self, vals_list):
        """An action of a group works with all rights: whoever may write actions chooses it.

        :raises AccessError: for everybody else
        """
        if any(vals.get(name) for vals in vals_list for name in ACTIONS):
            self.env["ir.actions.server"].check_access("write")

    @api.model
    def _run_entry_actions(self, entered, left):
        """Run what groups do on entering and leaving, once per group and operation.

        :param entered: (group id, contact id) of those that are in now
        :param left: (group id, contact id) of those that no longer are
        :raises UserError: when actions set off one another in a circle; during a rebuild or
            while a contact is saved, the message is kept on the group instead
        """
        acting = self._get_acting_groups()
        if not acting:
            return
        for event, pairs in (("in", entered), ("out", left)):
            by_group = defaultdict(list)
            for group_id, partner_id in pairs:
                if group_id in acting:
                    by_group[group_id].append(partner_id)
            for group_id, partner_ids in by_group.items():
                enter_id, leave_id, sets_owner = acting[group_id]
                group = self.browse(group_id)
                if event == "in" and sets_owner:
                    group._assign_owners(partner_ids)
                action_id = enter_id if event == "in" else leave_id
                if action_id:
                    group._run_entry_action(event, action_id, partner_ids)

    def _run_entry_action(self, event, action_id, partner_ids):
        chain = self.env.context.get("crm_groups_chain", ())
        try:
            with self.env.cr.savepoint():
                self._check_chain(chain, event, partner_ids)
                action = self.env["ir.actions.server"].browse(action_id)
                # sudo: a manager has chosen the action, it runs for whoever moves the contact.
                FOLLOWING.off(action.sudo()).with_context(
                    active_model="res.partner",
                    active_ids=partner_ids,
                    active_id=partner_ids[0],
                    crm_groups_chain=(*chain, (self.id, event, frozenset(partner_ids))),
                    crm_groups_source="action",
                ).run()
        except Exception as error:
            if not NOTE_ERRORS.is_on(self.env):
                raise
            # sudo: a note for the managers of the group.
            self.sudo().action_error = str(error)

    def _check_chain(self, chain, event, partner_ids):
        again = any(
            step[0] == self.id and step[1] == event and not step[2].isdisjoint(partner_ids)
            for step in chain
        )
        if again or len(chain) > MAX_CHAIN:
            # sudo: the names of groups of other companies, in a message about settings.
            names = [self.sudo().browse(step[0]).complete_name for step in chain]
            raise UserError(
                self.env._(
                    "The actions of these groups set off one another without end: %s. They have "
                    "been stopped; change the action of one of the groups.",
                    " → ".join([*names, self.sudo().complete_name]),  # sudo: as above
                )
            )

    def _assign_owners(self, partner_ids):
        """Set the responsible users as salespersons of contacts, in turn.

        One write per user, without a message per contact (which is what makes Odoo's own way
        take a minute for five thousand).

        :return: {contact id: (salesperson before, salesperson now)}
        """
        # sudo: who puts a contact into a group need not be able to write contacts.
        group = self.sudo()
        users = group.user_ids.filtered("active") or group.user_id.filtered("active")
        contacts = group.env["res.partner"].browse(partner_ids)
        if group.owner_mode == "empty":
            contacts = contacts.filtered(lambda p: not p.user_id)
        changed = {}
        if not users or group.owner_mode == "never":
            return changed
        shares = defaultdict(list)
        for number, contact in enumerate(contacts, group.turn):
            user = users[number % len(users)]
            if contact.user_id != user:
                shares[user].append(contact.id)
                changed[contact.id] = (contact.user_id.id, user.id)
        if len(users) > 1:
            group.turn = (group.turn + len(contacts)) % len(users)
        for user, ids in shares.items():
            group.env["res.partner"].with_context(mail_auto_subscribe_no_notify=True).browse(
                ids
            ).write({"user_id": user.id})
        return changed

    def action_pass_on_responsible(self):
        """Make the responsible users salespersons of the members, as the group says.

        Contacts that have a salesperson are taken over only if the group says "all". It is kept
        as a bulk change and can be undone.

        :return: the action that shows the bulk change
        :raises UserError: when nobody is responsible, or nothing would change
        :raises AccessError: when the caller may not write the group
        """
        self.ensure_one()
        self.check_access("write")
        if not self._sets_owner():
            raise UserError(
                self.env._(
                    "Choose who is responsible for %s, and of which contacts that user becomes "
                    "the salesperson.",
                    self.complete_name,
                )
            )
        # sudo: contacts of the group that the manager of another company does not see.
        contacts = self.env["res.partner"].sudo().search([("contact_group_ids", "in", self.ids)])
        mine = self.user_ids.filtered("active") or self.user_id
        changed = self._assign_owners(contacts.filtered(lambda p: p.user_id not in mine).ids)
        if not changed:
            raise UserError(self.env._("All contacts have the right salesperson already."))
        # sudo: operations are written by what is done, never by users.
        operation = (
            self.env["crm.contact.group.operation"]
            .sudo()
            .create({"kind": "owner", "group_id": self.id, "line_count": len(changed)})
        )
        operation._keep_lines(
            [
                (self.id, partner_id, str(before or ""), str(after or ""))
                for partner_id, (before, after) in changed.items()
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.contact.group.operation",
            "res_id": operation.id,
            "views": [
                (self.env.ref("crm_groups.crm_contact_group_operation_view_form_done").id, "form")
            ],
            "name": self.env._("Done"),
            "target": "new",
        }
