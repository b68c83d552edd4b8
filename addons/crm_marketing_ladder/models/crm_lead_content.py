from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_access.names import get_told_name
from odoo.addons.crm_access.texts import tell_count

from ..engine import next_best

#: Names the content while its email is written and sent.
CONTEXT_KEY = "crm_marketing_ladder_content_id"


class CrmLead(models.Model):
    """The contents for a deal: which fit, and which were sent."""

    _inherit = "crm.lead"

    sending_ids = fields.One2many("crm.content.sending", "lead_id", string="Contents Sent")
    sending_count = fields.Integer("Number of Contents Sent", compute="_compute_sending_count")
    next_best_content = fields.Json(compute="_compute_next_best_content", exportable=False)
    next_best_hint = fields.Char(
        "Why Nothing Is Recommended", compute="_compute_next_best_content", exportable=False
    )

    @api.depends("sending_ids")
    def _compute_sending_count(self):
        groups = self.env["crm.content.sending"]._read_group(
            [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
        )
        counts = {lead.id: count for lead, count in groups}
        for lead in self:
            lead.sending_count = counts.get(lead._origin.id, 0)

    @api.depends("pain_ids", "ladder_step_id", "partner_id", "product_id", "directorate_id")
    @api.depends_context("uid", "lang")
    def _compute_next_best_content(self):
        """For the form of one deal: at most ten queries each, and one more where nothing fits."""
        may_read = self.env["crm.content"].has_access("read")
        for lead in self:
            deal = lead._get_ladder_deal() if may_read else None
            candidates = lead._get_content_candidates(deal) if may_read else []
            rows = lead._rank_contents(deal, candidates, limit=5)
            lead.next_best_content = rows
            lead.next_best_hint = not rows and lead._tell_why_no_content(deal, candidates)

    @api.readonly
    def get_next_best_content(self, limit=5):
        """Recommend published contents for this deal, the best first, each with the reason.

        The contents are those of the deal's sales directorate and the common ones that the user may
        read. A fixed number of queries, ten at most, whatever the number of contents.

        :param int limit: at most so many
        :raises AccessError: when the user may not read the deal
        :return: list of dicts: ``content`` (id), ``name``, ``url``, ``message`` (id of the
            marketing message or False), ``message_name``, ``score`` (points), ``reason`` (one
            sentence), ``reasons`` (list of dicts ``code``, ``points``, ``text``) and ``sent`` (when
            it was last sent to this deal, or False)
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env["crm.content"].has_access("read"):
            return []
        deal = self._get_ladder_deal()
        return self._rank_contents(deal, self._get_content_candidates(deal), limit)

    def _rank_contents(self, deal, candidates, limit):
        """Return the best of the candidates as :meth:`get_next_best_content` tells them."""
        rows = next_best.rank(deal, candidates, limit) if candidates else []
        contents = self.env["crm.content"].browse([row[0].content for row in rows])
        if contents:
            contents.fetch(["name", "marketing_message_id"])
        result = []
        for candidate, points, reasons in rows:
            content = contents.browse(candidate.content).with_prefetch(contents.ids)
            explained = [
                {"code": code, "points": value, "text": self._explain_fit(code, about)}
                for code, value, about in reasons
            ]
            result.append(
                {
                    "content": content.id,
                    "name": content.name,
                    "url": content.url,
                    "message": content.marketing_message_id.id,
                    "message_name": content.marketing_message_id.display_name or "",
                    "score": points,
                    "reason": "; ".join(f"{row['text']} ({row['points']:+g})" for row in explained),
                    "reasons": explained,
                    "sent": fields.Datetime.to_string(candidate.sent) or False,
                }
            )
        return result

    def _get_ladder_deal(self):
        """Gather what the engine needs to know of this deal."""
        # In a form the records are drafts of themselves.
        step = self.ladder_step_id._origin
        # A customer that the user does not see is no reason that could be told.
        partner = self.partner_id._origin._filtered_access("read")
        company = partner.commercial_partner_id._filtered_access("read")
        industry = partner.industry_id or company.industry_id
        return next_best.Deal(
            pains={pain.id: pain.name for pain in self.pain_ids._origin},
            step=step.id,
            next_step=step._get_next_step().id if step else None,
            industry=industry.id,
            product=self.product_id._origin.id,
        )

    def _tell_why_no_content(self, deal, candidates):
        """Say why nothing is recommended, and what to do about it. One query.

        :param deal: what the engine knows of this deal; None where the user reads no contents
        :param candidates: the contents that fit and that the user may read
        """
        Content = self.env["crm.content"]
        if not deal:
            return self.env._(
                "You have no right on contents. An administrator of the ladder can give it."
            )
        if any(candidate.sent for candidate in candidates):
            return self.env._(
                "What fits was sent to this customer already: see the emails of this deal. "
                "Marketing can publish more for these pains and this ladder step."
            )
        if candidates:
            return self.env._(
                "What is published for these pains and this ladder step is written for other "
                "industries than the customer's."
            )
        # As superuser: that there are some, and not what they are.
        hidden = next_best.rank(deal, self.sudo()._get_content_candidates(deal), limit=1)
        if hidden:
            return self._tell_hidden_content(Content.sudo().browse(hidden[0][0].content))
        if not deal.pains and not deal.step:
            return self.env._(
                "Name the customer's pains and the ladder step: contents are found by them."
            )
        if not deal.pains:
            return self.env._(
                "Nothing is published for this ladder step. Name the customer's pains: contents "
                "are found by them, too."
            )
        if not deal.step:
            return self.env._(
                "Nothing is published for these pains. Name the ladder step: contents are found "
                "by it, too."
            )
        return self.env._(
            "Nothing is published yet for these pains and this ladder step. Marketing sees it as a "
            "hole on the coverage map."
        )

    def _tell_hidden_content(self, content):
        """Say why the user may not read what fits: in the directorate or in the company.

        :param content: as superuser; nothing is told but whose it is
        """
        directorate = content.directorate_id
        if directorate and self.env.user not in directorate.member_ids:
            return self.env._(
                "Published contents fit, but they are of a sales directorate that you are not in "
                "(%s). An administrator of the ladder can add you.",
                get_told_name(directorate),
            )
        return self.env._(
            "Published contents fit, but they are of another company (%s). Switch to it, or ask an "
            "administrator of the ladder.",
            get_told_name(content.company_id) if content.company_id else "–",
        )

    def _get_content_domain(self, deal):
        """Return which contents fit: about the deal's pains, or about none and for its step."""
        domain = Domain("state", "=", "published")
        if self.directorate_id:
            domain &= Domain("directorate_id", "in", [self.directorate_id._origin.id, False])
        steps = [step for step in (deal.step, deal.next_step) if step]
        general = Domain("covered_pain_ids", "=", False) & (
            Domain("ladder_step_id", "in", [*steps, False])
        )
        if deal.pains:
            domain &= Domain("covered_pain_ids", "in", list(deal.pains)) | general
        else:
            domain &= Domain("ladder_step_id", "in", [*steps, False])
        return domain

    def _get_content_candidates(self, deal):
        """Find the published contents that fit and that the user may read."""
        contents = self.env["crm.content"]
        contents.flush_model()
        undelivered = self.env["crm.content.sending"]._is_undelivered("one")
        query = contents._search(self._get_content_domain(deal), order="id desc", limit=1000)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, c.ladder_step_id, c.product_id,
                       ARRAY(SELECT pain_id FROM crm_content_covered_pain_rel
                              WHERE content_id = c.id),
                       ARRAY(SELECT industry_id FROM crm_content_industry_rel
                              WHERE content_id = c.id),
                       (SELECT max(date) FROM crm_content_sending one
                         WHERE content_id = c.id AND lead_id = %(lead)s AND NOT %(undelivered)s),
                       COALESCE(s.sendings, 0), COALESCE(s.credited, 0)
                  FROM crm_content c
                  LEFT JOIN LATERAL (
                       SELECT count(*) AS sendings, count(*) FILTER (WHERE is_credited) AS credited
                         FROM crm_content_sending one
                        WHERE content_id = c.id AND NOT %(undelivered)s) s ON TRUE
                 WHERE c.id IN %(contents)s
                """,
                lead=self._origin.id or 0,
                contents=query.subselect(),
                undelivered=undelivered,
            )
        )
        return [
            next_best.Candidate(content, pains, step, industries, product, sent, sendings, credited)
            for content, step, product, pains, industries, sent, sendings, credited in rows
        ]

    def _explain_fit(self, code, about):
        """Say one reason of the engine in words."""
        if code == "pain":
            return self.env._("answers “%s”", ", ".join(about))
        if code == "step":
            return self.env._(
                "for the step “%s”, where the prospect stands", self._step_name(about)
            )
        if code == "next_step":
            return self.env._("for the next step “%s”", self._step_name(about))
        if code == "industry":
            industry = self.env["res.partner.industry"].browse(about)
            return self.env._("for the customer's industry, %s", industry.display_name)
        if code == "product":
            return self.env._("about “%s”", self.product_id.display_name)
        if code == "evidence":
            return tell_count(
                about[1],
                self.env._("the one prospect who got it moved up after it"),
                self.env._("%(credited)s of %(sendings)s prospects moved up after it"),
                credited=about[0],
                sendings=about[1],
            )
        if code == "sent":
            return self.env._("sent to this customer on %s already", fields.Date.to_string(about))
        return {
            "any_step": self.env._("for all steps"),
            "other_industry": self.env._("written for other industries"),
        }[code]

    def _step_name(self, step_id):
        return self.env["crm.ladder.of.recognition"].browse(step_id).display_name

    def action_send_content(self, content_id):
        """Open an email to the customer with a content; sending it is recorded on the deal.

        :param int content_id: the content
        :raises UserError: when the deal has no address, or the content no link
        """
        self.ensure_one()
        content = self._get_content_to_send(content_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send “%s”", content.name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subject": content.name,
                "default_body": self._get_content_body(content),
                "default_partner_ids": self._get_content_recipient().ids,
                CONTEXT_KEY: content.id,
            },
        }

    def send_content(self, content_id):
        """Send a content to the customer by email at once, and record it.

        :param int content_id: the content
        :return: id of the record of the sending
        :raises UserError: when the deal has no address, or the content no link
        """
        self.ensure_one()
        content = self._get_content_to_send(content_id)
        message = self.with_context(**{CONTEXT_KEY: content.id}).message_post(
            subject=content.name,
            body=self._get_content_body(content),
            partner_ids=self._get_content_recipient().ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return self.sending_ids.filtered(lambda sent: sent.mail_message_id == message)[:1].id

    def _get_content_to_send(self, content_id):
        content = self.env["crm.content"].browse(content_id).exists()
        content.check_access("read")
        if not content:
            raise UserError(self.env._("This content does not exist any more. Reload the deal."))
        if content.state != "published" or not content.url:
            raise UserError(
                self.env._(
                    "“%s” cannot be sent: it has no published publication with an address.",
                    content.name,
                )
            )
        return content

    def _get_content_recipient(self):
        """Find the customer, or make a contact of the address on the deal."""
        partner = self.partner_id
        if not partner and self.email_from:
            partner = self._partner_find_from_emails_single([self.email_from])
        if not partner.email:
            raise UserError(
                self.env._(
                    "“%s” has no email address. Fill in the customer's address, then send again.",
                    self.name,
                )
            )
        return partner

    def _get_content_body(self, content):
        text = content.marketing_message_id.text or ""
        return Markup('{}<p><a href="{}">{}</a></p>').format(
            Markup(text), content.url, content.name
        )

    def _message_post_after_hook(self, message, msg_vals):
        content_id = self.env.context.get(CONTEXT_KEY)
        content = self.env["crm.content"]
        if type(content_id) is int and message.message_type == "comment":
            content = content.browse(content_id).exists()
        # The context can be sent by anybody, and chat posts as superuser: the user's own rights.
        mine = content.with_user(self.env.uid)
        if content and not message.is_internal and mine.has_access("read"):
            # As superuser: sendings are written by the program alone, for whoever may post.
            self.env["crm.content.sending"].sudo().create(
                {
                    "lead_id": self.id,
                    "content_id": content.id,
                    "marketing_message_id": content.marketing_message_id.id,
                    "ladder_step_id": self.ladder_step_id.id,
                    "user_id": self.env.uid,
                    "mail_message_id": message.id,
                }
            )
        return super()._message_post_after_hook(message, msg_vals)
