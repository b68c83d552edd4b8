from odoo import api, models
from odoo.fields import Domain

from ..fold import free_code, make_code

#: Context key: codes given to other records of the same creation.
GIVEN = "crm_codes_given"


class CrmCodeMixin(models.AbstractModel):
    """Has a code for imports and integrations: given, or made from the name when left empty.

    The model has the field ``code``, computed by ``_compute_code`` where it is made from the name.
    """

    _name = "crm.code.mixin"
    _description = "Has a Code"

    #: Fields within whose values a code is unique.
    _code_within = ()
    #: Where nothing of a name can be written in ASCII letters.
    _code_stem = "code"
    _code_length = 40

    @api.depends("name")
    def _compute_code(self):
        """Make the codes of those that have a name and none. One query where there are any."""
        self.filtered(lambda record: not record.code).code = False
        self.filtered(lambda record: record.name and not record.code)._make_codes()

    def _make_codes(self):
        for record, code in self._find_free_codes({record: record.name for record in self}).items():
            record.code = code

    def _find_free_codes(self, names):
        """Return a code for each record's name that nobody has yet. One query.

        :param names: record → what its code is made from
        """
        taken = self._read_taken_codes() if names else {}
        given = set(self.env.context.get(GIVEN, ()))
        codes = {}
        for record, name in names.items():
            among = taken.setdefault(record._get_code_scope(), set())
            code = make_code(name, self._code_length) or self._code_stem
            codes[record] = free_code(code, among | given, self._code_length)
            among.add(codes[record].lower())
        return codes

    def _read_taken_codes(self):
        """Codes in small letters: values of the fields they are unique in → set of codes."""
        # sudo: codes of archived records and of other companies are not free either.
        everybody = self.sudo().with_context(active_test=False)
        values = {name: self.mapped(name) for name in self._code_within}
        domain = Domain.AND(
            Domain(name, "in", getattr(found, "ids", found)) | Domain(name, "=", False)
            for name, found in values.items()
        )
        taken = {}
        for record in everybody.search_fetch(domain, ["code", *self._code_within], order="id"):
            if record.code:
                taken.setdefault(record._get_code_scope(), set()).add(record.code.lower())
        return taken

    def _get_code_scope(self):
        values = [self[name] for name in self._code_within]
        return tuple(
            value._origin.id or value.id if isinstance(value, models.BaseModel) else value
            for value in values
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Make a code where none is given: an empty one counts as none."""
        stripped = [self._strip_code(vals) for vals in vals_list]
        given = [vals["code"].lower() for vals in stripped if vals.get("code")]
        records = super(CrmCodeMixin, self.with_context(**{GIVEN: given})).create(stripped)
        return records.with_env(self.env)

    def write(self, vals):
        """Make a code again from the name where it is taken away."""
        if not self._is_code_left_out(vals):
            return super().write(
                vals | {"code": vals["code"].strip()} if vals.get("code") else vals
            )
        result = super().write({name: value for name, value in vals.items() if name != "code"})
        for record, code in self._find_free_codes({one: one.name for one in self}).items():
            super(CrmCodeMixin, record).write({"code": code})
        return result

    def _strip_code(self, vals):
        code = (vals.get("code") or "").strip()
        if self._is_code_left_out({"code": code}):
            return {name: value for name, value in vals.items() if name != "code"}
        return vals | {"code": code} if vals.get("code") else vals

    def _is_code_left_out(self, vals):
        return "code" in vals and not vals["code"] and bool(self._fields["code"].compute)

    def copy_data(self, default=None):
        """Give copies free codes."""
        vals_list = super().copy_data(default=default)
        if "code" in (default or {}):
            return vals_list
        names = {record: f"{record.code}_copy" for record in self if record.code}
        codes = self._find_free_codes(names)
        for record, vals in zip(self, vals_list, strict=True):
            if record in codes:
                vals["code"] = codes[record]
        return vals_list
