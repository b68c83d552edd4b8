"""Archive and take back from the archive."""

from .change import register
from .field import FieldChange


@register
class ArchiveChange(FieldChange):
    """``active``: false (default) to archive, true to take back."""

    code = "archive"
    sequence = 90
    cascades = ("persons", "deals")
    keys = ("active",)

    @classmethod
    def get_label(cls, env):
        return env._("Archive")

    @property
    def active(self):
        return bool(self.vals.get("active"))

    def describe(self):
        return self.env._("Take back from the archive") if self.active else self.env._("Archive")

    def get_kept(self, model_name):
        return ("active",)

    def get_targets(self, records, states, origins):
        return {record_id: {"active": self.active} for record_id in records.ids}, {}

    def _write(self, records, vals):
        # Odoo's own methods: they know what else becomes of an archived record.
        if vals["active"]:
            records.action_unarchive()
        else:
            records.action_archive()
