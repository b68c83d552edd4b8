# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
import logging

import psycopg2

from odoo import api, models, tools
from odoo.exceptions import UserError

from odoo.addons.crm_access.domains import read_domain
from odoo.addons.crm_access.system import Switch

from .crm_segment_refresh import CHECKING

_logger = logging.getLogger(__name__)

#: What is written has no segment looked at anew.
NO_FOLLOW = Switch("crm_segment_no_follow")
#: Up to so many changed records are looked at at once; more wait for the scheduled action.
FEW = 20
#: Fields of a deal that measures and ready-made conditions look at.
DEAL_FIELDS = {
    "partner_id",
    "stage_id",
    "won_status",
    "probability",
    "active",
    "type",
    "expected_revenue",
    "date_closed",
    "company_id",
}
PARTNER_FIELDS = {"is_company", "type", "active", "parent_id", "company_id"}


class CrmSegment(models.Model):
    """Stored members and scores follow what people change, at once or soon."""

    _inherit = "crm.segment"

    @api.model
    def _follow(self, model_name, changed_ids, names=None):
        """Look again at the records that were changed, in the segments that look at such fields.

        A few records are looked at now, in two statements for each such segment; more (an
        import) leave the segments waiting for the scheduled action. What goes wrong is left to that
        one, which notes it on the segment, and stops nobody from saving.

        :param str model_name: model of what was changed
        :param changed_ids: ids of what was changed
        :param names: names of the changed fields; all if left out
        """
        if not changed_ids or NO_FOLLOW.is_on(self.env):
            return
        names = set(names or ())
        due = [
            (segment_id, few)
            for segment_id, watched, few in self._get_watching()
            if model_name in watched and (not names or watched[model_name] & names)
        ]
        if not due:
            return
        # sudo: what a segment means does not depend on who changes a contact.
        segments = CHECKING.off(self.sudo())
        waiting = segments.browse(id_ for id_, few in due if not few)
        few = segments.browse(id_ for id_, few in due if few)
        if len(changed_ids) > FEW:
            waiting, few = waiting + few, segments.browse()
        waiting._look_later()
        for segment in few.exists():
            segment._follow_few(model_name, list(changed_ids))

    def _follow_few(self, model_name, changed_ids):
        """Look again at a few records of one segment."""
        self.ensure_one()
        ids = self._get_touched(model_name, changed_ids)
        if not ids:
            return
        if not self.last_refresh:
            self._look_later()  # the first refresh may be running right now
            return
        try:
            with self.env.cr.savepoint():
                self.env["crm.segment.member"]._apply(self, self._select_fresh(ids), ids)
        except psycopg2.OperationalError:
            raise  # two at once: Odoo tries again
        except (UserError, ValueError, psycopg2.Error) as error:
            # Not noted here: all who save would write the segment. The refresh notes it.
            _logger.warning("Segment %s could not follow a change: %s", self.id, error)
            self._look_later()

    def _get_touched(self, model_name, changed_ids):
        """Return the ids of the segment's records that a change can move in or out."""
        if model_name == self.model_name == "crm.lead":
            return changed_ids
        if self.model_name == "crm.lead":
            # sudo: see _follow
            leads = self.env["crm.lead"].sudo().with_context(active_test=False)
            return leads.search([("partner_id", "child_of", changed_ids)], limit=1000).ids
        if model_name == "res.partner":
            partners = self.env["res.partner"].browse(changed_ids)
        else:
            partners = self.env[model_name].browse(changed_ids).exists().partner_id
        partners = partners.sudo().exists()  # sudo: see _follow
        companies = partners.commercial_partner_id | partners.parent_id
        return (partners | companies | partners.child_ids).ids

    @api.model
    @tools.ormcache()
    def _get_watching(self):
        """Return what stored segments look at: (segment id, {model: fields}, for a few at once).

        Cached until a segment changes.
        """
        # sudo: what a segment means does not depend on who changes a contact.
        segments = self.sudo().search(
            ["|", ("method", "=", "score"), ("keep_history", "=", True), ("mode", "=", "live")]
        )
        found = []
        for segment in segments.filtered("is_stored"):
            fifths = segment.method == "score" and "fifths" in segment.parameter_ids.filtered(
                "active"
            ).mapped("scale")
            found.append(
                (segment.id, segment._get_watched(), not fifths and not segment.needed_ids)
            )
        return tuple(found)

    def _get_watched(self):
        """Return {model: fields} that the segment looks at."""
        watched = {"res.partner": set(PARTNER_FIELDS)} if self.model_name == "res.partner" else {}
        if self.model_name == "crm.lead":
            watched["crm.lead"] = {"type", "active", "company_id"}
        if self.method == "filter":
            rows = [(line._get_source_model(), line.domain) for line in self.criterion_ids]
        else:
            rows = self._get_watched_parameters(watched)
        for model, text in rows:
            names = watched.setdefault(model, set())
            names |= self._get_names(model, text)
            if model == "crm.lead" and self.model_name != "crm.lead":
                names |= DEAL_FIELDS
            elif model not in ("res.partner", "crm.lead"):
                names.add("partner_id")
        return watched

    def _get_watched_parameters(self, watched):
        rows = []
        for parameter in self.parameter_ids.filtered("active"):
            if parameter.kind == "field":
                watched["res.partner"].add((parameter.field_path or "").split(".")[0])
            elif parameter.kind == "conditions":
                rows += [("res.partner", record.domain) for record in parameter.range_ids]
            elif parameter.measure:
                rows.append((self._get_measured_model(parameter._get_measure()[0])[0], "[]"))
        return rows

    @api.model
    def _get_names(self, model, text):
        """Return the fields in a domain's text, with those they are computed from."""
        try:
            todo = [c.field_expr.split(".")[0] for c in read_domain(text).iter_conditions()]
        except ValueError:
            return set()
        Model, names = self.env[model], set()
        while todo:
            name = todo.pop()
            if name in names or name not in Model._fields:
                continue
            names.add(name)
            depends = Model.pool.field_depends.get(Model._fields[name], ())
            todo.extend(path.split(".")[0] for path in depends)
        return names
