# pylint: disable=consider-merging-classes-inherited
# (What a form says that cannot be saved is a concern of its own.)
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import safe_eval

from .crm_contact_group import SAMPLE_SIZE


class ResPartner(models.Model):
    """A contact that a group protects: its form is read-only, and says why."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.readonly.mixin"]

    def _map_readonly_reasons(self):
        """Say what the refused save would say."""
        protected = self._filter_protected()
        told = super(ResPartner, self - protected)._map_readonly_reasons()
        # sudo: of the protection; contacts of one scope have the same groups and people.
        for _scope, contacts in protected.sudo().grouped("access_scope_id").items():
            people = contacts[0]._get_protecting_people()
            told.update({one: one._tell_protection(people) for one in contacts.with_env(self.env)})
        return told

    def _filter_protected(self):
        """Return those that the user may read, and that a group keeps him from changing."""
        rule = self.env.ref("crm_groups.res_partner_rule_access_write").sudo()
        # sudo: Odoo evaluates rules as superuser, for the user.
        own = rule.with_user(self.env.user)._eval_context()
        allowed = Domain(safe_eval.safe_eval(rule.domain_force, own)) & Domain("id", "in", self.ids)
        protected = self - self.sudo().search(allowed).sudo(False)
        # sudo: of the protection only
        return protected._filtered_access("read").filtered(lambda one: one.sudo().access_scope_id)

    def _get_protecting_people(self):
        """Return the groups that protect a contact, and who may change it, as superuser."""
        # sudo: the user sees the contact; groups and their users are what he has to know.
        groups = self.sudo().access_scope_id.group_ids
        users = self.env["res.users"].union(*(group._get_allowed_users() for group in groups))
        return groups, users

    def _tell_protection(self, people=None):
        """Name the groups that keep the user from changing these contacts, and whom to ask.

        :param people: see :meth:`_get_protecting_people`
        """
        groups, users = people or self._get_protecting_people()
        return self.env._(
            "You can read %(contacts)s but not change it: it is protected by %(groups)s.\n"
            "Who can let you in or make the change: %(users)s.",
            contacts=", ".join(self[:SAMPLE_SIZE].mapped("display_name")),
            groups=", ".join(groups.mapped("complete_name")),
            users=", ".join(users[:SAMPLE_SIZE].mapped("name"))
            or self.env._("a sales administrator"),
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.type == "form":
            self._lock_form(arch)  # again: Odoo has put in the address of the country
        return arch, view
