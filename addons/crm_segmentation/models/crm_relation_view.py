# pylint: disable=consider-merging-classes-inherited
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_relation import LEAD, PARTNER

#: More than this is no picture any more.
MAX_NODES = 60
MAX_DEPTH = 3
#: Relations read at each step: of a hub with thousands, sixty are drawn.
MAX_READ = 400


class CrmRelation(models.Model):
    """Relations as one party sees them: a list, and the network around it."""

    _inherit = "crm.relation"

    @api.model
    def _get_seen_from(self, party, domain, current_only):
        """List relations from one side; see ``res.partner.get_relations``."""
        if current_only:
            domain &= self._get_current_domain()
        relations = self.search(domain)
        relations = relations.sorted(lambda r: (not r.is_current, r.type_id.sequence, r.id))
        rows = []
        for relation in relations:
            is_left = party == relation.left_partner_id
            other = relation._get_right() if is_left else relation.left_partner_id
            rows.append(
                {
                    "id": relation.id,
                    "type": relation.type_id.code,
                    "role": relation.right_role if is_left else relation.left_role,
                    "own_role": relation.left_role if is_left else relation.right_role,
                    "model": other._name,
                    "other_id": other.id,
                    "other_name": other.display_name,
                    "date_from": relation.date_from and relation.date_from.isoformat(),
                    "date_to": relation.date_to and relation.date_to.isoformat(),
                    "note": relation.note,
                    "is_current": relation.is_current,
                }
            )
        return rows

    @api.model
    def get_network(self, res_model, res_id, depth=2):
        """The network of a contact or deal for a picture: who is around it, over a few steps.

        One search per step, and the names. Relations that go on only, between what the user sees.

        :param res_model: ``res.partner`` or ``crm.lead``
        :param res_id: id of the contact or deal in the middle
        :param depth: steps, 1 to 3
        :raises UserError: another model
        :return: ``nodes`` (``key``, ``model``, ``id``, ``name``, ``kind``, ``level``), ``links``
            (``source``, ``target``: keys; ``label``: what the target is, ``source_label``,
            ``color``), ``left_out``: parties beyond 60 (of those with more than 400 relations:
            relations)
        :rtype: dict
        """
        if res_model not in (PARTNER, LEAD):
            raise UserError(
                self.env._("Contacts and deals have relations, “%s” has none.", res_model)
            )
        centre = self.env[res_model].browse(res_id)
        centre.check_access("read")
        levels = {self._get_key(centre): (centre, 0)}
        links, left_out, unread, edge = self.browse(), set(), 0, [centre]
        for level in range(1, min(int(depth), MAX_DEPTH) + 1):
            domain = self._get_touching_domain(edge) & self._get_current_domain()
            found = self.search(domain, limit=MAX_READ)
            if len(found) == MAX_READ:
                unread += self.search_count(domain) - MAX_READ
            edge = []
            for party in self._iterate_parties(found):
                key = self._get_key(party)
                if key in levels:
                    continue
                if len(levels) >= MAX_NODES:
                    left_out.add(key)
                    continue
                levels[key] = (party, level)
                edge.append(party)
            links |= found
            if not edge:
                break
        drawn = links.filtered(
            lambda r: (
                self._get_key(r.left_partner_id) in levels
                and self._get_key(r._get_right()) in levels
            )
        )
        return self._prepare_network(levels, drawn, len(left_out) + unread)

    def _get_touching_domain(self, parties):
        partners = [party.id for party in parties if party._name == PARTNER]
        leads = [party.id for party in parties if party._name == LEAD]
        return (
            Domain("left_partner_id", "in", partners)
            | Domain("right_partner_id", "in", partners)
            | Domain("right_lead_id", "in", leads)
        )

    def _iterate_parties(self, relations):
        for relation in relations:
            yield relation.left_partner_id
            yield relation._get_right()

    def _get_key(self, party):
        return f"{'lead' if party._name == LEAD else 'contact'}-{party.id}"

    def _prepare_network(self, levels, links, left_out):
        nodes = []
        for key, (party, level) in levels.items():
            nodes.append(
                {
                    "key": key,
                    "model": party._name,
                    "id": party.id,
                    "name": party.display_name,
                    "kind": self._get_kind(party),
                    "level": level,
                }
            )
        rows = []
        for relation in links:
            rows.append(
                {
                    "id": relation.id,
                    "source": self._get_key(relation.left_partner_id),
                    "target": self._get_key(relation._get_right()),
                    "label": relation.right_role,
                    "source_label": relation.left_role,
                    "color": relation.type_id.color,
                }
            )
        return {"nodes": nodes, "links": rows, "left_out": left_out}
