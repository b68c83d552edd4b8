# pylint: disable=consider-merging-classes-inherited
# (What a save answers is a concern of its own.)
from odoo import api, models
from odoo.exceptions import AccessError

from ..system import Switch

#: What is read back is what has just been saved.
SAVING = Switch("crm_access_saving")


class Base(models.AbstractModel):
    """A save that takes a record out of the user's own reach succeeds, and says why.

    The form, the list and the quick creation of a board read back what they have saved. Where that
    belongs to somebody else now, Odoo's error undoes the save; here it is kept, and the answer
    holds ``{"id", "out_of_reach"}`` for the record: a sentence, in place of its values (see
    ``out_of_reach.js``).
    """

    _inherit = "base"

    def web_save(self, vals, specification, next_id=None):
        """Save, also what its user no longer sees afterwards; see the class."""
        return super(Base, self._with_saving(not next_id)).web_save(
            vals, specification, next_id=next_id
        )

    def web_save_multi(self, vals_list, specification):
        """Save, also what its user no longer sees afterwards; see the class."""
        return super(Base, self._with_saving()).web_save_multi(vals_list, specification)

    def _with_saving(self, flag=True):
        """Return the records, to be read back after a save. Who did not see them learns nothing."""
        return SAVING.on(self) if flag and not self.env.su and self.has_access("read") else self

    @api.readonly
    def web_read(self, specification):
        """Tell of the records that a save has taken out of reach; an error otherwise, as ever."""
        if not SAVING.is_on(self.env):
            return super().web_read(specification)
        records = SAVING.off(self)
        unread = not set(specification) - {"id"}  # then Odoo looks at nothing
        if not unread:
            try:
                return super(Base, records).web_read(specification)
            except AccessError:
                if records.has_access("read"):
                    raise  # something else than the record cannot be read
        seen = records._filtered_access("read")
        rows = {row["id"]: row for row in super(Base, seen).web_read(specification)}
        for record in records - seen:
            rows[record.id] = {"id": record.id, "out_of_reach": record._tell_out_of_reach()}
        return [rows[id_] for id_ in records._ids]

    def _tell_out_of_reach(self):
        """Say that the record has been saved, and why whoever saved it no longer sees it."""
        self.ensure_one()
        record = self.sudo()  # sudo: of what the user has just saved himself
        owner = record.user_id if "user_id" in self._fields else None
        if owner and owner != self.env.user:
            text = self.env._(
                "Saved. “%(record)s” belongs to %(owner)s now, and you no longer see it.",
                record=record.display_name,
                owner=owner.display_name,
            )
        else:
            text = self.env._("Saved. You no longer see “%(record)s”.", record=record.display_name)
        return " ".join(filter(None, [text, self._get_out_of_reach_reason()]))

    def _get_out_of_reach_reason(self):
        """Return a sentence with the reason; for models that know it."""
        return ""
