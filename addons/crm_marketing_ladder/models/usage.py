from odoo.exceptions import UserError


def check_unused(records, uses):
    """Refuse to delete what other records use, and say which and what to do instead.

    :param records: records about to be deleted
    :param uses: (model, field that names the record, label of those records)
    :raises UserError: names the first record in use; one query for each model
    """
    for model_name, field_name, label in uses:
        # As superuser: records of other companies and archived ones hold it as well.
        model = records.env[model_name].sudo().with_context(active_test=False)
        used = model._read_group(
            [(field_name, "in", records.ids)], [field_name], ["__count"], limit=1
        )
        for record, count in used:
            raise UserError(
                records.env._(
                    "%(kind)s “%(record)s” cannot be deleted, because it is used (%(label)s: "
                    "%(count)s). Archive it instead, or change what uses it first.",
                    kind=records._description,
                    record=record.with_env(records.env).display_name,
                    count=count,
                    label=label,
                )
            )
