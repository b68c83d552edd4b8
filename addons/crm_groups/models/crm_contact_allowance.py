from odoo import api, fields, models
from odoo.tools import SQL


class CrmContactAllowance(models.Model):
    """A user who may see a protected contact for a reason of his own, such as his lead."""

    _name = "crm.contact.allowance"
    _description = "Access to a Single Contact"
    _order = "create_date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        ondelete="cascade",
        index=True,
        help="The company, where a person has one: its persons are included.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, ondelete="cascade", index=True
    )
    reason = fields.Selection(
        selection=[("document", "Salesperson of a document"), ("manual", "By hand")],
        default="manual",
        required=True,
        readonly=True,
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True, index=True
    )

    _uniq = models.UniqueIndex(
        "(partner_id, user_id, COALESCE(res_model, ''), COALESCE(res_id, 0))",
        "The user may see this contact already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        contacts = self.env["res.partner"].browse({vals.get("partner_id") for vals in vals_list})
        # sudo: a person's company may be protected itself.
        entities = {contact.id: contact.commercial_partner_id.id for contact in contacts.sudo()}
        allowances = super().create(
            [dict(vals, partner_id=entities.get(vals.get("partner_id"))) for vals in vals_list]
        )
        allowances.partner_id._refresh_access_scopes()
        return allowances

    def write(self, vals):
        contacts = self.partner_id
        result = super().write(vals)
        (contacts | self.partner_id)._refresh_access_scopes()
        return result

    def unlink(self):
        contacts = self.partner_id
        result = super().unlink()
        contacts._refresh_access_scopes()
        return result

    def _get_document_name(self):
        """Return the name of the document that is the reason, if it is still there."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return ""
        return self.env[self.res_model].browse(self.res_id).exists().display_name or ""

    @api.model
    def _follow_documents(self, documents, user_id=None):
        """Let in the salespersons of documents, and nobody else for the sake of these.

        Whoever is given a lead or an order has to work with its customer; the document is kept
        as the reason. Let in is whom somebody who may edit the customer himself has named; what is
        done as superuser (an assignment by rule, a web form) names too. Who is no longer the
        salesperson, or of whose document another is the customer now, is let in no longer.
        Three statements for any number of documents; nothing is kept for contacts that no group
        protects.

        :param documents: records with ``partner_id`` and ``user_id``
        :param user_id: the salesperson to be, before it is written on the documents
        """
        if isinstance(user_id, models.BaseModel):
            user_id = user_id.id  # Odoo takes a record for its id in a write
        # sudo: whoever assigns the document need not see the customer.
        documents = documents.sudo()
        self.env["res.partner"].flush_model(["commercial_partner_id", "access_scope_id"])
        contacts = documents.partner_id
        if not self.env.su:
            contacts = contacts.sudo(False)._filtered_access("write")
        known = set(contacts.ids)
        rows = [
            (document.id, document.partner_id.id, user_id or document.user_id.id)
            for document in documents
            if document.partner_id.id in known
        ]
        ended = [] if user_id else self._end_others(documents)
        self._refresh_contacts(ended + self._insert(documents._name, filter(all, rows)))

    @api.model
    def _end_others(self, documents):
        """Forget those for whom these documents are no reason any more.

        :return: the ids of the contacts
        """
        documents.flush_model(["partner_id", "user_id"])
        return self._delete(
            SQL(
                """
                DELETE FROM crm_contact_allowance a
                      USING %(table)s d LEFT JOIN res_partner p ON p.id = d.partner_id
                      WHERE a.res_model = %(model)s AND a.res_id = d.id AND d.id = ANY(%(ids)s)
                        AND (a.user_id IS DISTINCT FROM d.user_id
                             OR a.partner_id IS DISTINCT FROM p.commercial_partner_id)
                  RETURNING a.partner_id
                """,
                table=SQL.identifier(documents._table),
                model=documents._name,
                ids=documents.ids,
            )
        )

    @api.model
    def _end_of_documents(self, model, ids):
        """Forget those who were let in for documents that are gone."""
        ended = self._delete(
            SQL(
                "DELETE FROM crm_contact_allowance WHERE res_model = %s AND res_id = ANY(%s)"
                " RETURNING partner_id",
                model,
                ids,
            )
        )
        self._refresh_contacts(ended)

    @api.model
    def _delete(self, query):
        """Return the ids of the contacts of the rows that a statement deletes."""
        self.flush_model()
        return [partner_id for (partner_id,) in self.env.execute_query(query)]

    @api.model
    def _insert(self, model, rows):
        """Let in for documents, where a group protects the contact.

        :param rows: (document id, contact id, user id)
        :return: the ids of the contacts
        """
        rows = list(rows)
        if not rows:
            return []
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_contact_allowance
                            (partner_id, user_id, reason, res_model, res_id,
                             create_uid, create_date, write_uid, write_date)
                     SELECT DISTINCT p.commercial_partner_id, d.user_id, 'document', %(model)s,
                            d.id, %(uid)s, %(now)s, %(uid)s, %(now)s
                       FROM unnest(%(ids)s::int[], %(partners)s::int[], %(users)s::int[])
                            AS d(id, partner_id, user_id)
                       JOIN res_partner p ON p.id = d.partner_id
                      WHERE p.access_scope_id IS NOT NULL
                ON CONFLICT DO NOTHING
                  RETURNING partner_id
                """,
                model=model,
                ids=[row[0] for row in rows],
                partners=[row[1] for row in rows],
                users=[row[2] for row in rows],
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        return [partner_id for (partner_id,) in inserted]

    @api.model
    def _refresh_contacts(self, contact_ids):
        """Have contacts seen by whom the rows, changed behind the ORM's back, let in now."""
        if contact_ids:
            self.invalidate_model(flush=False)
            self.env["res.partner"].invalidate_model(["allowance_ids"], flush=False)
            self.env["res.partner"].browse(set(contact_ids))._refresh_access_scopes()
