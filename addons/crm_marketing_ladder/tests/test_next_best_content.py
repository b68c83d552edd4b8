from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import LadderCommon


@tagged("post_install", "-at_install")
class TestNextBestContent(LadderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = cls._create_user("deal_salesman", "sales_team.group_sale_salesman")
        cls.directorate_own.user_ids = [Command.link(cls.salesman.id)]
        cls.partner = cls.env["res.partner"].create(
            {"name": "Customer", "is_company": True, "email": "customer@example.com"}
        )
        cls.lead = cls._create_lead(user_id=cls.salesman.id, partner_id=cls.partner.id)

    def _last_move(self):
        return self.env["crm.ladder.move"].search(
            [("lead_id", "=", self.lead.id)], order="id desc", limit=1
        )

    def _prepare_deal(self):
        self.pain = self._create_pain(name="Full storage")
        self.content = self._publish(
            self._create_content(name="Fits", pain_id=self.pain.id, ladder_step_id=self.steps[0].id)
        )
        self.lead.write(
            {"pain_ids": [Command.set(self.pain.ids)], "ladder_step_id": self.steps[0].id}
        )
        return self.lead.with_user(self.salesman)

    def test_of_a_customer_out_of_sight(self):
        """The deal can be read all the same; what is not seen is no reason."""
        lead = self._prepare_deal()
        industry = self.env["res.partner.industry"].create({"name": "Secret"})
        self.partner.industry_id = industry
        self.content.industry_ids = industry
        self.assertIn("Secret", str(lead.next_best_content))
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "domain_force": [("id", "!=", self.partner.id)],
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self.partner.with_user(self.salesman).has_access("read"))
        self.assertEqual([row["content"] for row in lead.next_best_content], [self.content.id])
        self.assertNotIn("Secret", str(lead.next_best_content))

    def test_a_sending_is_not_forged_by_the_context(self):
        """The chat posts as superuser, and its context is the caller's."""
        lead = self._prepare_deal()
        theirs = self._create_content(self.directorate_foreign, state="published")
        self.assertFalse(theirs.with_user(self.salesman).has_access("read"))
        for content_id in (theirs.id, "rubbish", 10**9):
            with self.subTest(content=content_id):
                context = {"crm_marketing_ladder_content_id": content_id}
                lead.sudo().with_context(**context).message_post(
                    body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
                self.assertFalse(lead.sudo().sending_ids)

    def test_only_for_who_reads_the_deal(self):
        self._prepare_deal()
        stranger = self._create_user("deal_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.lead.with_user(stranger).get_next_best_content()

    def test_next_best_content(self):
        lead = self._prepare_deal()
        industry, other = self.env["res.partner.industry"].create([{"name": "I"}, {"name": "J"}])
        self.partner.industry_id = industry
        best = self._publish(
            self._create_content(
                name="Best",
                pain_id=self.pain.id,
                ladder_step_id=self.steps[0].id,
                industry_ids=[Command.set(industry.ids)],
            )
        )
        wrong = self._publish(
            self._create_content(
                name="Wrong industry",
                pain_id=self.pain.id,
                ladder_step_id=self.steps[1].id,
                industry_ids=[Command.set(other.ids)],
            )
        )
        self._create_content(name="Not out yet", pain_id=self.pain.id)
        elsewhere = self._create_content(self.directorate_foreign, state="published")
        rows = lead.get_next_best_content(limit=5)
        self.assertEqual([row["content"] for row in rows], [best.id, self.content.id, wrong.id])
        self.assertNotIn(elsewhere.id, [row["content"] for row in rows])
        self.assertEqual([row["score"] for row in rows], [85, 70, 25])
        self.assertIn("answers “Full storage” (+40)", rows[0]["reason"])
        self.assertIn("“Zero”, where the prospect stands", rows[0]["reason"])
        self.assertEqual(sum(row["points"] for row in rows[0]["reasons"]), rows[0]["score"])
        self.assertEqual(len(lead.get_next_best_content(limit=1)), 1)
        self.assertEqual(lead.next_best_content[0]["content"], best.id)

    def test_nothing_to_recommend(self):
        self.assertEqual(self._create_lead().get_next_best_content(), [])

    def test_why_nothing_is_recommended(self):
        """(has pains, has a step, what is published, whom for, what is said)."""
        pain = self._create_pain(name="Slow")
        member, outsider = (
            self.salesman,
            self._create_user("deal_outsider", "sales_team.group_sale_salesman_all_leads"),
        )
        self._create_directorate("Elsewhere", user_ids=[Command.set(outsider.ids)])
        other = self._create_pain(name="Other")
        for pains, step, published, user, said in (
            (True, True, None, member, "Nothing is published yet.*coverage map"),
            (True, True, "other", member, "Nothing is published yet.*coverage map"),
            (False, False, None, member, "Name the customer's pains and the ladder step"),
            (False, True, None, member, "Nothing is published for this ladder step.*pains"),
            (True, False, None, member, "Nothing is published for these pains.*step"),
            (True, True, "own", member, None),
            (True, True, "own", outsider, "sales directorate that you are not in"),
            (False, True, "own", outsider, "sales directorate that you are not in"),
            (True, True, None, outsider, "Nothing is published yet.*coverage map"),
        ):
            with self.subTest(pains=pains, step=step, published=published, user=user.login):
                lead = self._create_lead(
                    directorate_id=self.directorate_own.id,
                    user_id=self.salesman.id,
                    pain_ids=[Command.set(pain.ids)] if pains else False,
                    ladder_step_id=self.steps[0].id if step else False,
                )
                content = self.env["crm.content"]
                if published:
                    about = pain if published == "own" else other
                    content = self._create_content(
                        name="Hidden words", state="published", pain_id=about.id
                    )
                lead = lead.with_user(user)
                hint = lead.next_best_hint
                self.assertEqual(bool(lead.next_best_content), not said)
                if said:
                    self.assertRegex(hint, said)
                    self.assertNotIn("Hidden words", hint)
                else:
                    self.assertFalse(hint)
                content.state = "correction"

    def test_what_the_user_reads_is_not_said_to_be_hidden(self):
        """(what was done with the only content that fits, what is said): she may read it."""
        mine, other = self.env["res.partner.industry"].create([{"name": "I"}, {"name": "J"}])
        for done, said in (
            ("sent", "was sent to this customer already"),
            ("other industry", "written for other industries"),
            ("sent, other industry", "was sent to this customer already"),
            ("other company", "of another company"),
        ):
            lead = self._prepare_deal()
            content = self.content
            content.ladder_step_id = False
            self.partner.industry_id = mine
            if "sent" in done:
                lead.send_content(content.id)
            if "industry" in done:
                content.industry_ids = other
                content.pain_id, lead.sudo().pain_ids = False, False
            if done == "other company":
                self.salesman.company_ids = [Command.link(self.company_b.id)]
                content.directorate_id = self._create_directorate(
                    "B", company_id=self.company_b.id, user_ids=[Command.set(self.salesman.ids)]
                )
                self.lead.write({"directorate_id": False, "company_id": False})
            self.env.invalidate_all()
            with self.subTest(done=done):
                lead = lead.with_context(allowed_company_ids=self.env.company.ids)
                self.assertFalse(lead.next_best_content)
                self.assertRegex(lead.next_best_hint, said)
                self.assertNotRegex(lead.next_best_hint, "you are not in|Fits")
            content.state = "correction"

    def test_next_best_content_in_a_fixed_number_of_queries(self):
        lead = self._prepare_deal()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lead.get_next_best_content(limit=5)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(10):
            self._publish(self._create_content(name=f"C {number}", pain_id=self.pain.id))
        self.assertLessEqual(count(), few)

    def test_sent_and_credited(self):
        lead = self._prepare_deal()
        sending_id = lead.send_content(self.content.id)
        sending = self.env["crm.content.sending"].browse(sending_id)
        self.assertEqual(sending.lead_id, self.lead)
        self.assertEqual(sending.user_id, self.salesman)
        self.assertEqual(sending.ladder_step_id, self.steps[0])
        self.assertIn("https://example.com/page", sending.mail_message_id.body)
        self.assertEqual(sending.mail_message_id.partner_ids, self.partner)
        self.assertFalse(sending.is_credited)
        self.assertTrue(lead.get_next_best_content()[0]["sent"])
        lead.move_on_ladder(self.steps[1].id, "Called back")
        move = self._last_move()
        self.assertEqual((move.sending_id, move.content_id), (sending, self.content))
        self.assertTrue(sending.is_credited)
        self.assertEqual((self.content.sending_count, self.content.credited_count), (1, 1))
        lead.move_on_ladder(self.steps[2].id)
        self.assertFalse(self._last_move().sending_id)
        other = self.lead.copy({"pain_ids": [Command.set(self.pain.ids)]})
        reasons = [row["code"] for row in other.get_next_best_content()[0]["reasons"]]
        self.assertIn("evidence", reasons)

    def test_what_never_arrived_is_neither_sent_nor_credited(self):
        """A refused mail, a wrong address; one that waits is taken as sent."""
        lead = self._prepare_deal()
        person = self.env["res.partner"].create({"name": "P", "email": "p@example.com"})
        for states, arrived in (
            ([], True),
            (["sent"], True),
            (["ready"], True),
            (["exception"], False),
            (["bounce"], False),
            (["exception", "bounce"], False),
            (["exception", "sent"], True),
        ):
            self.lead.ladder_step_id = self.steps[0]
            message = self.lead.message_post(body="x")
            sending = self.env["crm.content.sending"].create(
                {
                    "lead_id": self.lead.id,
                    "content_id": self.content.id,
                    "ladder_step_id": self.steps[0].id,
                    "mail_message_id": message.id,
                }
            )
            self.env["mail.notification"].create(
                [
                    {
                        "mail_message_id": message.id,
                        "res_partner_id": (person if number else self.partner).id,
                        "notification_type": "email",
                        "notification_status": state,
                    }
                    for number, state in enumerate(states)
                ]
            )
            with self.subTest(states=states):
                self.assertEqual(bool(lead.get_next_best_content()[0]["sent"]), arrived)
                lead.move_on_ladder(self.steps[1].id)
                self.assertEqual(sending.is_credited, arrived)
            sending.unlink()

    def test_neither_old_sendings_nor_moves_down_are_credited(self):
        lead = self._prepare_deal()
        with freeze_time("2026-01-01 10:00:00"):
            lead.send_content(self.content.id)
        with freeze_time("2026-06-01 10:00:00"):
            lead.move_on_ladder(self.steps[2].id)
            self.assertFalse(self._last_move().sending_id)
        lead.send_content(self.content.id)
        lead.move_on_ladder(self.steps[1].id)
        self.assertFalse(self._last_move().sending_id)

    def test_composer_records_the_sending(self):
        lead = self._prepare_deal()
        action = lead.action_send_content(self.content.id)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesman)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("https://example.com/page", composer.body)
        self.assertEqual(composer.partner_ids, self.partner)
        composer.action_send_mail()
        self.assertEqual(self.lead.sending_ids.content_id, self.content)

    def test_an_internal_note_is_no_sending(self):
        lead = self._prepare_deal()
        lead.with_context(crm_marketing_ladder_content_id=self.content.id).message_post(
            body="Note", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(self.lead.sending_ids)

    def test_what_cannot_be_sent(self):
        lead = self._prepare_deal()
        draft = self._create_content(name="Draft")
        with self.assertRaisesRegex(UserError, "“Draft” cannot be sent"):
            lead.send_content(draft.id)
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            lead.send_content(999999)
        hidden = self._publish(self._create_content(self.directorate_foreign))
        with self.assertRaises(AccessError):
            lead.send_content(hidden.id)
        self.lead.partner_id = False
        self.lead.email_from = False
        with self.assertRaisesRegex(UserError, "“Test Deal” has no email address"):
            lead.send_content(self.content.id)
        self.lead.email_from = "new@example.com"
        lead.send_content(self.content.id)
        self.assertEqual(self.lead.partner_id.email, "new@example.com")
