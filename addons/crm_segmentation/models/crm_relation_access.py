# pylint: disable=consider-merging-classes-inherited
from functools import partial

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.visibility import visible_sql
from .crm_relation import LEAD, PARTNER

#: Side of a relation → model of the party there.
SIDES = {"left_partner_id": PARTNER, "right_partner_id": PARTNER, "right_lead_id": LEAD}


class CrmRelation(models.Model):
    """Who sees a relation: whoever may see both its sides; who may edit one of them changes it.

    No record rule: a rule is run without the user's rights on contacts, and this one is those
    rights. So do messages and activities in Odoo.
    """

    _inherit = "crm.relation"

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            self.browse().check_access("read")
            visible = Domain.custom(to_sql=lambda model, alias, query: self._get_sql(alias))
            domain = Domain(domain) & visible
        return super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    def _get_sql(self, alias):
        terms = [
            SQL("(%s IS NULL OR %s)", column, visible_sql(self.env[model_name], column))
            for column, model_name in self._iterate_columns(alias)
        ]
        return SQL("(%s)", SQL(" AND ").join(terms))

    def _iterate_columns(self, alias):
        for name, model_name in SIDES.items():
            yield SQL.identifier(alias, name), model_name

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su or not any(self._ids):
            return result
        forbidden = self - self._filter_allowed(operation)
        return (forbidden, partial(self._make_error, forbidden, operation)) if forbidden else None

    def _filter_allowed(self, operation):
        readable = self._get_accessible("read")
        writable = readable if operation == "read" else self._get_accessible("write")

        def is_allowed(relation):
            sides = {relation[name] for name in SIDES if relation[name]}
            return sides <= readable and sides & writable

        return self.sudo().filtered(is_allowed).sudo(False)

    def _get_accessible(self, operation):
        """The parties of these relations that the user may read or write, as one-record sets."""
        accessible = set()
        for name, model_name in SIDES.items():
            # sudo: the parties are looked up in order to ask for the rights on them.
            parties = self.sudo()[name].sudo(False)
            if parties and self.env[model_name].has_access(operation):
                accessible.update(parties._filtered_access(operation))
        return accessible

    def _make_error(self, forbidden, operation):
        if operation == "read":
            return AccessError(
                self.env._("You may see a relation when you may see both its sides.")
            )
        if operation == "create":
            return AccessError(
                self.env._(
                    "You may make relations between contacts and deals that you may see, when "
                    "you may change one of the two."
                )
            )
        names = {
            relation.id: relation.display_name for relation in forbidden._filter_allowed("read")
        }
        return AccessError(
            self.env._(
                "You may change or remove a relation when you may change one of its two sides: "
                "%(relations)s.",
                relations=", ".join(names.get(id_, str(id_)) for id_ in forbidden.ids[:5]),
            )
        )

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and set(SIDES) & set(vals):
            # The new sides, as if the relation were made anew.
            self.check_access("create")
        return result
