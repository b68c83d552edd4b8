# pylint: disable=consider-merging-classes-inherited
from markupsafe import Markup

from odoo import models

from odoo.addons.crm_access.names import get_public_name
from odoo.addons.crm_bulk_history.history import insert_notes

from .crm_relation import LEAD, PARTNER


class CrmRelation(models.Model):
    """A line in the history of both parties for each change of their relation."""

    _inherit = "crm.relation"

    def _log_in_history(self, change):
        """Log these relations on all their parties, by one statement for each model.

        :param change: ``added``, ``changed`` or ``removed``
        """
        if not self or self.env.context.get("tracking_disable"):
            return
        lines = {PARTNER: {}, LEAD: {}}
        # sudo: a party that the user may not write to has a history too.
        for relation in self.sudo():
            left, right = relation.left_partner_id, relation._get_right()
            for party, other, role in (
                (left, right, relation.right_role),
                (right, left, relation.left_role),
            ):
                line = relation._prepare_history_line(change, role, other)
                lines[party._name].setdefault(party.id, []).append(line)
        for model_name, bodies in lines.items():
            if bodies:
                parties = self.env[model_name].sudo().browse(list(bodies))  # sudo: see above
                insert_notes(
                    parties,
                    {party_id: Markup("<br/>").join(rows) for party_id, rows in bodies.items()},
                )

    def _prepare_history_line(self, change, role, other):
        texts = {
            "added": self.env._("Relation added:"),
            "changed": self.env._("Relation changed:"),
            "removed": self.env._("Relation removed:"),
        }
        details = [
            self.date_from and self.env._("from %s", self.date_from),
            self.date_to and self.env._("until %s", self.date_to),
            other._is_seen_by_all() and self.note,
        ]
        return Markup("%s %s <b>%s</b> %s") % (
            texts[change],
            role or "",
            get_public_name(other),
            ", ".join(filter(None, details)),
        )
