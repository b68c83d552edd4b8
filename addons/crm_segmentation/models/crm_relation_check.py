# pylint: disable=consider-merging-classes-inherited
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .crm_relation import LEAD
from .crm_relation_type import ANY
from .crm_type import COMPANY, CONTACT, DEAL

#: Pairs of relations that may not stand side by side: the same pair at the same time, and with
#: "one at a time" any second one.
CLASHES = """
    SELECT mine.id, other.id
      FROM crm_relation mine
      JOIN crm_relation_type kind ON kind.id = mine.type_id
      JOIN crm_relation other
        ON other.left_partner_id = mine.left_partner_id
       AND other.type_id = mine.type_id
       AND other.id <> mine.id
       AND (kind.is_single
            OR other.right_partner_id = mine.right_partner_id
            OR other.right_lead_id = mine.right_lead_id)
       AND daterange(other.date_from, other.date_to, '[]')
           && daterange(mine.date_from, mine.date_to, '[]')
     WHERE mine.id IN %s
     LIMIT 1
"""

#: Whoever comes back to where he started. UNION, not UNION ALL: circles that are there already
#: end the walk.
CIRCLES = """
    WITH RECURSIVE walk (start_id, type_id, left_id, node_id) AS (
        SELECT id, type_id, left_partner_id, right_partner_id
          FROM crm_relation WHERE id IN %(ids)s
         UNION
        SELECT walk.start_id, walk.type_id, walk.left_id, next.right_partner_id
          FROM walk
          JOIN crm_relation next
            ON next.left_partner_id = walk.node_id AND next.type_id = walk.type_id
           AND next.right_partner_id IS NOT NULL
           AND (next.date_to IS NULL OR next.date_to >= %(today)s)
         WHERE walk.node_id <> walk.left_id
    )
    SELECT DISTINCT start_id FROM walk WHERE node_id = left_id ORDER BY start_id
"""


class CrmRelation(models.Model):
    """What a relation must not be. Each rule costs one query, whatever the size of the batch."""

    _inherit = "crm.relation"

    @api.constrains("type_id", "left_partner_id", "right_partner_id", "right_lead_id")
    def _check_sides(self):
        # sudo: the kind of a party, not its data, is what counts.
        for relation in self.sudo():
            relation_type = relation.type_id
            if relation.left_partner_id == relation.right_partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” cannot be related to itself (%(type)s). Choose another "
                        "contact.",
                        name=relation.left_partner_id.display_name,
                        type=relation_type.display_name,
                    )
                )
            relation._check_kind(relation.left_partner_id, inverse=False)
            relation._check_kind(relation._get_right(), inverse=True)

    @api.model
    def _get_kind(self, party):
        """What a party is: ``contact``, ``company`` or ``deal``."""
        if party._name == LEAD:
            return DEAL
        return COMPANY if party.is_company else CONTACT

    def _check_kind(self, party, inverse):
        relation_type = self.type_id
        allowed = relation_type.right_kind if inverse else relation_type.left_kind
        kind = self._get_kind(party)
        if allowed == kind or (allowed == ANY and kind != DEAL):
            return
        labels = dict(relation_type._fields["right_kind"]._description_selection(self.env))
        raise ValidationError(
            self.env._(
                "“%(name)s” cannot be “%(role)s” (relation %(type)s, code %(code)s): that side "
                "takes %(allowed)s, and this is a %(kind)s.",
                name=party.display_name,
                role=relation_type._get_role(inverse),
                type=relation_type.display_name,
                code=relation_type.code,
                allowed=labels[allowed],
                kind=labels[kind],
            )
        )

    @api.constrains(
        "type_id", "left_partner_id", "right_partner_id", "right_lead_id", "date_from", "date_to"
    )
    def _check_clashes(self):
        self._lock_types()
        self.flush_model()
        self.type_id.flush_recordset(["is_single"])
        clashes = self.env.execute_query(SQL(CLASHES, tuple(self.ids)))
        for mine, other in clashes:
            # sudo: the message shows names only, as the relation itself does.
            mine, other = self.sudo().browse([mine, other])
            raise ValidationError(
                self.env._(
                    "“%(new)s” cannot be added: “%(there)s” is there for the same time. Set the "
                    "date until of that one, or change it.",
                    new=mine.display_name,
                    there=other.display_name,
                )
            )

    @api.constrains("type_id", "left_partner_id", "right_partner_id", "date_to")
    def _check_circles(self):
        circles = self._find_circles()
        if circles:
            relation = circles[0]
            raise ValidationError(
                self.env._(
                    "“%(relation)s” would close a circle: %(left)s stands above %(right)s "
                    "already. Remove one of the relations between them first.",
                    relation=relation.display_name,
                    left=relation.left_partner_id.display_name,
                    right=relation.right_partner_id.display_name,
                )
            )

    def _find_circles(self):
        """Those of these relations that lead back to their own first side. One query.

        :return: relations, as superuser: for messages
        """
        # sudo: a circle over contacts that one may not see is a circle.
        ordered = self.sudo().filtered(
            lambda r: r.type_id.is_hierarchical and r.left_partner_id != r.right_partner_id
        )
        if not ordered:
            return ordered
        ordered.flush_model()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(SQL(CIRCLES, ids=tuple(ordered.ids), today=today))
        return ordered.browse([row[0] for row in rows])

    def _lock_types(self):
        """Let two transactions not each make half of a circle, or a second "only one".

        The second one to touch the row fails to serialise, and Odoo runs it again.
        """
        strict = self.sudo().type_id.filtered(lambda t: t.is_hierarchical or t.is_single)
        if strict:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_relation_type SET write_date = write_date WHERE id IN %s",
                    tuple(sorted(strict.ids)),
                )
            )
