from odoo import api, fields, models
from odoo.tools import SQL


class CrmContactAccessScope(models.Model):
    """A set of groups that protect a contact, and the users whom all of them let in.

    Of several groups the strictest holds: putting a contact into a group of one's own opens
    nothing. Who edits is let in by each of the groups; who reads, by each that hides.

    Contacts point to their scope with one indexed column, which keeps the record rule fast: few
    scopes exist, however many contacts. Grants change scopes, never contacts, and act at once.
    """

    _name = "crm.contact.access.scope"
    _description = "Access Scope of Contacts"
    _rec_name = "key"
    _order = "id"

    key = fields.Char(required=True, readonly=True, help="The ids of the groups.")
    access = fields.Selection(
        selection=[("readonly", "Read-only for others"), ("hidden", "Hidden from others")],
        required=True,
        readonly=True,
        index=True,
    )
    group_ids = fields.Many2many(
        comodel_name="crm.contact.group",
        relation="crm_contact_access_scope_group_rel",
        column1="scope_id",
        column2="group_id",
        readonly=True,
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="crm_contact_access_scope_user_rel",
        column1="scope_id",
        column2="user_id",
        string="Editors",
        readonly=True,
    )
    reader_ids = fields.Many2many(
        comodel_name="res.users",
        relation="crm_contact_access_scope_reader_rel",
        column1="scope_id",
        column2="user_id",
        string="Readers",
        readonly=True,
    )

    _key_uniq = models.UniqueIndex("(key)")

    @api.model
    def _get_by_key(self, keys):
        """Return {key: scope}, making those that are missing."""
        scopes = {scope.key: scope for scope in self.search([("key", "in", list(keys))])}
        missing = [key for key in keys if key not in scopes]
        if missing:
            strictness = dict(self.env["crm.contact.group"]._get_restricting_groups())
            new = self.create(
                [
                    {
                        "key": key,
                        "group_ids": [fields.Command.set(self._read_key(key))],
                        "access": "hidden"
                        if "hidden" in {strictness.get(id_) for id_ in self._read_key(key)}
                        else "readonly",
                    }
                    for key in missing
                ]
            )
            new._refresh_users()
            scopes.update({scope.key: scope for scope in new})
        return scopes

    @api.model
    def _read_key(self, key):
        return [int(part) for part in key.split(",")]

    def _refresh_users(self):
        """Let in whom the groups' grants name: users, members and leaders of teams.

        A grant on a group holds below it if it says so; the responsible users of a group are
        let in without a grant. A group of a company protects from those who work in it, or in a
        branch of it: else a manager of one company would take contacts that all share from the
        others. Two statements for all scopes.
        """
        if not self:
            return
        self.env.flush_all()
        levels = self.env["crm.contact.group"]._get_restricting_groups()
        self._refresh_relation("user", [group_id for group_id, _access in levels])
        hiding = [group_id for group_id, access in levels if access == "hidden"]
        self._refresh_relation("reader", hiding)
        self.invalidate_recordset(["user_ids", "reader_ids"], flush=False)
        self.env["res.partner"]._forget_reach()

    def _refresh_relation(self, name, group_ids):
        """Let in, as editors or readers, whom each of these groups in a scope lets in."""
        self.env.execute_query(
            SQL(
                """
                WITH asked AS (
                    SELECT scope_id, group_id, count(*) OVER (PARTITION BY scope_id) AS number
                      FROM crm_contact_access_scope_group_rel
                     WHERE scope_id = ANY(%(scopes)s) AND group_id = ANY(%(groups)s)
                ), allowed AS (
                    SELECT g.id AS group_id, a.user_id, a.team_id
                      FROM crm_contact_group g
                      JOIN crm_contact_group top
                        ON g.parent_path LIKE top.parent_path || '%%'
                      JOIN crm_contact_group_grant a
                        ON a.group_id = top.id AND (a.include_subgroups OR top.id = g.id)
                ), named AS (
                    SELECT group_id, user_id FROM allowed WHERE user_id IS NOT NULL
                     UNION
                    SELECT a.group_id, m.user_id FROM allowed a
                      JOIN crm_team_member m ON m.crm_team_id = a.team_id AND m.active
                     UNION
                    SELECT a.group_id, t.user_id FROM allowed a
                      JOIN crm_team t ON t.id = a.team_id AND t.user_id IS NOT NULL
                     UNION
                    SELECT id, user_id FROM crm_contact_group WHERE user_id IS NOT NULL
                     UNION
                    SELECT group_id, user_id FROM crm_contact_group_responsible_rel
                     UNION
                    SELECT g.id, u.id FROM crm_contact_group g
                      JOIN res_company top ON top.id = g.company_id
                      JOIN res_users u ON u.active AND NOT u.share AND NOT EXISTS (
                           SELECT FROM res_company_users_rel w
                             JOIN res_company c ON c.id = w.cid
                            WHERE w.user_id = u.id
                              AND c.parent_path LIKE top.parent_path || '%%')
                     WHERE g.id = ANY(%(groups)s)
                ), wanted AS (
                    SELECT r.scope_id, n.user_id
                      FROM asked r JOIN named n ON n.group_id = r.group_id
                  GROUP BY r.scope_id, r.number, n.user_id HAVING count(*) = r.number
                ), gone AS (
                    DELETE FROM %(relation)s r
                          WHERE r.scope_id = ANY(%(scopes)s)
                            AND NOT EXISTS (
                                SELECT FROM wanted w
                                 WHERE w.scope_id = r.scope_id AND w.user_id = r.user_id)
                )
                INSERT INTO %(relation)s (scope_id, user_id)
                     SELECT scope_id, user_id FROM wanted
                ON CONFLICT DO NOTHING
                  RETURNING scope_id
                """,
                scopes=self.ids,
                groups=group_ids,
                relation=SQL.identifier(f"crm_contact_access_scope_{name}_rel"),
            )
        )

    @api.model
    def _refresh_all_users(self):
        # sudo: scopes are the system's; who may change grants has been asked before.
        self.sudo().search([])._refresh_users()
