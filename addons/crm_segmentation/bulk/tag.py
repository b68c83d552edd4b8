"""Add tags to records, or take them off."""

from functools import cached_property

from odoo.fields import Command
from odoo.tools import SQL

from .change import PARTNER, Change, register


@register
class TagChange(Change):
    """``tag_ids``: ids or names of tags; ``mode``: add or remove."""

    code = "tag"
    sequence = 50
    cascades = ("persons",)
    modes = ("add", "remove")
    keys = ("tag_ids", "category_id")

    @classmethod
    def get_label(cls, env):
        return env._("Add or remove tags")

    def check_values(self):
        self.require(*self.keys)
        self.resolve("tags")

    @property
    def field(self):
        """The field that holds the tags."""
        name = "category_id" if self.model == PARTNER else "tag_ids"
        return self.env[self.model]._fields[name]

    @cached_property
    def tags(self):
        values = self.vals.get("tag_ids") or self.vals.get("category_id") or []
        return self.find(self.field.comodel_name, values, by="name")

    def describe(self):
        names = ", ".join(self.tags.mapped("display_name"))
        if self.mode == "add":
            return self.env._("Tags added: %s", names)
        return self.env._("Tags taken off: %s", names)

    def get_states(self, records):
        field = self.field
        # The inverse of relations is not flushed by the query, it knows no fields.
        records.flush_model([field.name])
        rows = self.env.execute_query(
            SQL(
                "SELECT %(record)s, array_agg(%(tag)s ORDER BY %(tag)s) FROM %(table)s "
                "WHERE %(record)s = ANY(%(ids)s) AND %(tag)s = ANY(%(tags)s) GROUP BY %(record)s",
                record=SQL.identifier(field.column1),
                tag=SQL.identifier(field.column2),
                table=SQL.identifier(field.relation),
                ids=list(records.ids),
                tags=self.tags.ids,
            )
        )
        states = {record_id: {"tags": []} for record_id in records.ids}
        states.update({record_id: {"tags": ids} for record_id, ids in rows})
        return states

    def get_targets(self, records, states, origins):
        tags = sorted(self.tags.ids) if self.mode == "add" else []
        return {record_id: {"tags": tags} for record_id in records.ids}, {}

    def apply(self, records, targets):
        command = Command.link if self.mode == "add" else Command.unlink
        records.write({self.field.name: [command(tag_id) for tag_id in self.tags.ids]})

    def restore(self, records, befores):
        # A tag that has been deleted since is on no record any more.
        ids = set(self.tags.exists().ids)
        parts = {}
        for record_id in records.ids:
            parts.setdefault(tuple(befores[record_id]["tags"]), []).append(record_id)
        for before, record_ids in parts.items():
            commands = [
                Command.link(tag_id) if tag_id in before else Command.unlink(tag_id)
                for tag_id in sorted(ids)
            ]
            records.browse(record_ids).write({self.field.name: commands})
