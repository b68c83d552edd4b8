"""A line in the history of each of many records, by a few statements.

Odoo writes a message, and a row for each tracked field, record by record: six milliseconds for
each of thousands. The rows here are the same; a record whose change has a subtype of its own
(won, lost, another stage) goes Odoo's way.
"""

from datetime import datetime

from odoo.addons.crm_bulk_history.history import BULK, insert_notes, insert_tracking_values


class History:
    """Compares tracked fields before and after a change and tells the histories."""

    #: For writing what is told here instead.
    CONTEXT = BULK

    def __init__(self, change, records, written):
        """Read what there is before the change.

        :param change: the operation, for its help
        :param written: names of the fields that will be written
        """
        self.change, self.records, self.env = change, records, records.env
        self.has_chatter = hasattr(records, "_track_get_fields")
        self.is_quiet = not self.has_chatter or self.env.context.get("tracking_disable")
        self.names = [] if self.is_quiet else self._get_tracked(written)
        self.before = self._read()

    def _get_tracked(self, written):
        """Return the tracked fields that are written, and those that follow from them."""
        fields = self.records._fields
        names = set(written)
        for name in written:
            names.update(
                field.name
                for field in self.env.registry.get_dependent_fields(fields[name])
                if field.model_name == self.records._name
            )
        return sorted(
            name
            for name in names & self.records._track_get_fields()
            if fields[name].store and fields[name].column_type and fields[name].type != "properties"
        )

    def _read(self):
        return self.change.read_columns(self.records, self.names) if self.names else {}

    def tell(self, note):
        """Write a line into the history of each record: the note, and what changed.

        Cost: two statements, and Odoo's own way for what has a subtype.
        """
        if self.is_quiet:
            return
        after = self._read()
        info = self._get_info()
        lines, posted = {}, []
        for record in self.records:
            changes = [
                name
                for name in info
                if (self.before[record.id][name] or False) != (after[record.id][name] or False)
            ]
            values = [
                self._get_values(info[name], name, self.before[record.id], after[record.id], record)
                for name in changes
            ]
            if changes and self._post(record, changes, note, values):
                posted.append(record.id)
            else:
                lines[record.id] = values
        messages = insert_notes(self.records.browse(lines), note)
        insert_tracking_values(
            self.env, [(messages[key], values) for key, rows in lines.items() for values in rows]
        )
        self.records.invalidate_recordset(["message_ids"], flush=False)

    def _get_info(self):
        self._cache, self._found = {}, {}
        attributes = ("string", "type", "selection", "currency_field")
        # sudo: tracking tells what there was, whoever changed it; as Odoo's.
        info = self.records.sudo().fields_get(self.names, attributes=attributes)
        return {
            name: info[name]
            for name, _sequence in self.records._mail_track_order_fields(info)
            if name in self.names
        }

    def _get_values(self, info, name, before, after, record):
        key = (name, before[name], after[name])
        if info["type"] == "monetary":
            key = (*key, record.id)
        if key not in self._cache:
            # sudo: as above, names of who or what it was.
            tracking = self.env["mail.tracking.value"].sudo()
            self._cache[key] = tracking._create_tracking_values(
                self._convert(name, before[name]),
                self._convert(name, after[name]),
                name,
                info,
                record.sudo(),  # sudo: as above
            )
        return self._cache[key]

    def _convert(self, name, value):
        field = self.records._fields[name]
        if field.type == "many2one":
            if (name, value) not in self._found:
                # sudo: as above; a deleted one has no name any more.
                found = self.env[field.comodel_name].sudo().browse(value or ()).exists()
                self._found[name, value] = found
            return self._found[name, value]
        if field.type == "datetime" and value:
            return datetime.fromisoformat(value)
        return value if value is not None else False

    def _post(self, record, changes, note, values):
        """Post what has a subtype, as Odoo does; return whether it has."""
        # sudo: as Odoo's tracking, of records that were just given away too.
        record = record.sudo()
        initial = {name: self._convert(name, self.before[record.id][name]) for name in changes}
        subtype = record._track_subtype(initial)
        if subtype:
            record.message_post(
                body=note,
                subtype_id=subtype.id,
                tracking_value_ids=[[0, 0, one] for one in values],
            )
        template = type(record)._track_template
        if template.__module__ != "odoo.addons.mail.models.mail_thread":
            record._message_track_post_template(set(changes))
        return bool(subtype)
