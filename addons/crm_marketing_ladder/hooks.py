from odoo.tools import SQL

#: Columns in Odoo's own tables that name our records, which could not be deleted otherwise.
COLUMNS = {
    "crm_lead": ("ladder_step_id", "directorate_id", "product_id"),
    "res_partner": ("ladder_step_id", "ladder_step_manual_id", "directorate_id"),
}
#: Many rows that nothing of Odoo hangs on.
TABLES = ("crm_ladder_move", "crm_content_sending", "crm_lead_criterion", "crm_lead_pain_rel")
#: What names others goes first.
MODELS = (
    "crm.marketing.list",
    "crm.communication.goal",
    "crm.content.publication",
    "crm.content.task",
    "crm.content",
    "crm.marketing.message",
    "crm.differentiator",
    "crm.pain",
    "crm.content.limit",
    "crm.content.channel",
    "crm.content.format",
    "crm.ladder.of.recognition",
)


def uninstall_hook(env):
    """Delete our records in an order that their references allow.

    Odoo deletes those it installed itself, and would fail on steps that deals stand on. It also
    leaves the names behind that other addons gave to the fields and parents of our models.
    """
    for table, columns in COLUMNS.items():
        table = SQL.identifier(table)
        for column in map(SQL.identifier, columns):
            env.cr.execute(
                SQL("UPDATE %s SET %s = NULL WHERE %s IS NOT NULL", table, column, column)
            )
    for table in TABLES:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
    env.invalidate_all()
    env["crm.content"].with_context(active_test=False).search([]).write(
        {"master_content_id": False}
    )
    for model in MODELS:
        env[model].with_context(active_test=False).search([]).unlink()
    for model in MODELS:
        name = model.replace(".", "_")
        env["ir.model.data"].search(
            [
                ("module", "!=", "crm_marketing_ladder"),
                ("model", "in", ("ir.model.fields.selection", "ir.model.inherit")),
                "|",
                ("name", "=like", f"selection__{name}__%"),
                ("name", "=like", f"model_inherit__{name}__%"),
            ]
        ).unlink()
