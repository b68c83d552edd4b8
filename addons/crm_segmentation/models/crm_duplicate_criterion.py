from odoo import fields, models


class CrmDuplicateCriterion(models.Model):
    """What two contacts may agree on, so that they could be one."""

    _name = "crm.duplicate.criterion"
    _inherit = "crm.shared.mixin"
    _description = "Duplicate Criterion"
    _order = "sequence, id"
    _shared_by = None

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("email", "E-mail"),
            ("phone", "Phone"),
            ("vat", "Tax ID"),
            ("name_city", "Name and city"),
        ],
        required=True,
        readonly=True,
    )
    active = fields.Boolean("Used", default=True, help="Switched off, it finds nothing.")
    is_sufficient = fields.Boolean(
        "Sure Alone",
        help="Agreeing on this alone makes a duplicate sure. Otherwise two criteria must agree. "
        "Sure duplicates may be merged all at once.",
    )
    max_shared = fields.Integer(
        "At Most Shared By",
        default=20,
        required=True,
        help="A value that more contacts share says nothing about who is who: a switchboard, an "
        "info@ address. The search leaves it out and says so.",
    )
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True)

    _code_uniq = models.UniqueIndex("(code)", "This criterion is there already.")
    _max_shared_sensible = models.Constraint(
        "CHECK (max_shared BETWEEN 2 AND 200)",
        "A value must be shared by 2 contacts at least to find anything, and by 200 at most: more "
        "are no duplicates of each other.",
    )
