# pylint: disable=consider-merging-classes-inherited
# (The model is large: each concern has a file of its own.)
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, groupby

from .crm_segment_line_rule import LINKS, SCOPES
from .crm_segment_parameter import DATES
from .crm_segment_score_line import MAX_PARAMETERS

#: Column of a source's rows that says when they happened.
DATE_COLUMNS = {"deal": "date_closed", "message": "date", "person": "create_date"}


class Source:
    """The rows of a measure, in the form that :meth:`_select_keys` asks for."""

    def __init__(self, source, link):
        self.source, self.link = source, link

    def _get_link(self):
        return self.link


class CrmSegment(models.Model):
    """What a score means: its parameters and classes, joined to one query over all contacts."""

    _inherit = "crm.segment"

    parameter_ids = fields.One2many(
        "crm.segment.parameter",
        "segment_id",
        string="Parameters",
        copy=True,
        context={"active_test": False},
    )
    class_ids = fields.One2many("crm.segment.class", "segment_id", string="Classes", copy=True)
    max_score = fields.Float(
        string="Highest Score", compute="_compute_max_score", store=True, digits=(16, 2)
    )

    @api.depends("parameter_ids.max_points", "parameter_ids.active")
    def _compute_max_score(self):
        for segment in self:
            segment.max_score = sum(segment.parameter_ids.filtered("active").mapped("max_points"))

    # Checks

    def _check_score(self):
        """Refuse a score that cannot be computed or leaves somebody without a class.

        :raises ValidationError: it names what is wrong and the mend
        """
        self.ensure_one()
        if self.applies_to not in ("person", "company"):
            raise ValidationError(
                self.env._(
                    "The score %s must be for companies or for persons: each have their own.",
                    self.name,
                )
            )
        parameters = self.parameter_ids.filtered("active")
        if len(parameters) >= MAX_PARAMETERS:
            raise ValidationError(self.env._("The score %s has too many parameters.", self.name))
        for parameter in parameters:
            parameter.range_ids._check_ranges()
        self._check_classes(
            [(record.name, record.score_from) for record in self.class_ids],
            sum(self._get_lowest(parameter) for parameter in parameters),
        )

    def _check_classes(self, classes, lowest):
        """Refuse thresholds that overlap or leave a hole.

        :param classes: pairs (name, from points)
        :param lowest: the lowest score that can come out
        """
        names = {}
        for name, score_from in classes:
            names.setdefault(score_from, []).append(name)
        for score_from, equal in names.items():
            if len(equal) > 1:
                raise ValidationError(
                    self.env._(
                        "The classes %(classes)s of the score %(segment)s overlap: both begin at "
                        "%(points)g points. Let one begin higher.",
                        classes=", ".join(equal),
                        segment=self.name,
                        points=score_from,
                    )
                )
        if names and min(names) > lowest:
            raise ValidationError(
                self.env._(
                    "The classes of the score %(segment)s leave a hole: none holds scores from "
                    "%(lowest)g to below %(points)g. Let %(name)s begin at %(lowest)g, or add a "
                    "class below it.",
                    segment=self.name,
                    lowest=lowest,
                    points=min(names),
                    name=names[min(names)][0],
                )
            )

    @api.model
    def _get_lowest(self, parameter):
        """Return the fewest points a parameter can give."""
        points = [parameter.else_points]
        points += [1] if parameter.scale == "fifths" else parameter.range_ids.mapped("points")
        return parameter.weight * min(points)

    # The query

    def _get_score_plan(self):
        """Return the definition of the score as data, which a preview can change.

        :return: ``parameters``: dicts with the record, ``weight``, ``else_points`` and
            ``points`` ({range id: points}); ``classes``: pairs (class id, from points)
        :rtype: dict
        """
        self.ensure_one()
        return {
            "parameters": [
                {
                    "record": parameter,
                    "weight": parameter.weight,
                    "else_points": parameter.else_points,
                    "points": {r.id: r.points for r in parameter.range_ids},
                }
                for parameter in self.parameter_ids
                if parameter.active
            ],
            "classes": [(record.id, record.score_from) for record in self.class_ids],
        }

    def _select_scores(self, ids=None, plan=None):
        """Return the query of (id, score, class_id, explanation) of all the segment is about.

        Cost: one statement; each source (deals, messages, ...) is read once, whatever the number
        of its measures.

        :param ids: only these; not for scores with fifths, which need all
        :param plan: see :meth:`_get_score_plan`
        :rtype: SQL
        :raises ValidationError: when a parameter cannot be used any more; it is named
        """
        self.ensure_one()
        plan = plan or self._get_score_plan()
        query = self._select_targets(ids)
        values = self._join_values(query, plan, ids)
        columns = [SQL("%s AS id", SQL.identifier(query.table, "id"))]
        points, lines = [SQL("0")], []
        for number, step in enumerate(plan["parameters"]):
            parameter, value = step["record"], values[number]
            v, r, p = (SQL.identifier(f"{letter}{number}") for letter in "vrp")
            columns.append(SQL("%s AS %s", value, v))
            columns.append(SQL("%s AS %s", self._get_match(parameter, query, value), r))
            points.append(SQL("%s * %s", p, step["weight"]))
            lines.append((parameter, step, v, r, p))
        inner = query.select(*columns)
        middle = SQL(
            "SELECT s.*%s FROM (%s) s",
            SQL("").join(
                SQL(", %s AS %s", self._get_points(parameter, step, v, r), p)
                for parameter, step, v, r, p in lines
            ),
            inner,
        )
        explanation = SQL(", ").join(
            SQL(
                "%s, %s, %s, %s, %s",
                parameter.id,
                SQL("NULL") if parameter.scale == "fifths" else r,
                v,
                p,
                step["weight"],
            )
            for parameter, step, v, r, p in lines
        )
        # OFFSET 0 keeps the planner from computing the points once for each use.
        return SQL(
            "SELECT t.id, t.score, %s AS class_id, t.explanation FROM ("
            "SELECT s.id, ROUND((%s)::numeric, 2) AS score, ARRAY[%s]::float8[] AS explanation "
            "FROM (%s OFFSET 0) s OFFSET 0) t",
            self._get_class_case(plan["classes"]),
            SQL(" + ").join(points),
            explanation,
            middle,
        )

    @api.model
    def _get_class_case(self, classes):
        cases = [
            SQL("WHEN t.score >= %s THEN %s::int", score_from, id_)
            for id_, score_from in sorted(classes, key=lambda item: -item[1])
        ]
        return SQL("CASE %s END", SQL(" ").join(cases)) if cases else SQL("NULL::int")

    @api.model
    def _get_points(self, parameter, step, value, row):
        """Return the points of a parameter as SQL, from its value and the row that matched."""
        if parameter.scale == "fifths":
            return SQL("COALESCE(%s, %s)::numeric", row, step["else_points"])
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", id_, points) for id_, points in step["points"].items()
        )
        if not cases.code:
            return SQL("(%s)::numeric", step["else_points"])
        return SQL("(CASE %s %s ELSE %s END)::numeric", row, cases, step["else_points"])

    def _get_match(self, parameter, query, value):
        """Return the id of the range that holds the value, or its fifth, as SQL."""
        if parameter.kind == "conditions":
            cases = [
                SQL("WHEN %s THEN %s", self._get_condition(record, query), record.id)
                for record in parameter.range_ids
            ]
        else:
            # Of dates the explanation keeps the day, which stays the same; days go by.
            measured = value
            if parameter.is_date:
                today = self._get_today()
                measured = SQL("(%s::date - DATE '1970-01-01') - (%s)", today, value)
            if parameter.scale == "fifths":
                return self._get_fifth(parameter, value, measured)
            cases = []
            for record in parameter.range_ids:
                low = (
                    SQL("TRUE")
                    if record.open_from
                    else SQL("%s >= %s", measured, record.value_from)
                )
                high = SQL("TRUE") if record.open_to else SQL("%s < %s", measured, record.value_to)
                cases.append(
                    SQL("WHEN %s IS NOT NULL AND %s AND %s THEN %s", value, low, high, record.id)
                )
        return SQL("CASE %s END", SQL(" ").join(cases)) if cases else SQL("NULL::int")

    @api.model
    def _get_fifth(self, parameter, value, measured):
        """Return 1 to 5: in which fifth of all that have a value this one is; equals together."""
        window = SQL(
            "OVER (PARTITION BY (%s) IS NULL ORDER BY %s %s)",
            value,
            measured,
            SQL("DESC") if parameter.better == "less" else SQL("ASC"),
        )
        everyone = SQL("OVER (PARTITION BY (%s) IS NULL)", value)
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN LEAST(5, 1 + 5 * (RANK() %s - 1) "
            "/ GREATEST(COUNT(*) %s - 1, 1))::int END",
            value,
            window,
            everyone,
        )

    def _get_condition(self, record, query):
        """Return the conditions of a row as SQL on the contacts of a query."""
        Partner = self._get_searched("res.partner")
        domain = record._parse().optimize_full(Partner)
        return SQL("(%s)", domain._to_sql(Partner, query.table, query))

    # The values

    def _join_values(self, query, plan, ids):
        """Join what the parameters look at to the query; return each one's value as SQL."""
        values, measures = {}, []
        for number, step in enumerate(plan["parameters"]):
            parameter = step["record"]
            if parameter.kind == "conditions":
                values[number] = SQL("NULL::numeric")
                continue
            parameter._validate()
            if parameter.kind == "field":
                values[number] = self._get_field_value(parameter, query)
            else:
                measures.append((number, parameter))
        for source, items in groupby(measures, lambda item: item[1]._get_measure()[0]):
            alias = f"segment_{source}"
            extra = []
            rows, table = self._get_measured_rows(source)
            for number, parameter in items:
                name = f"m{number}"
                extra.append(
                    SQL("%s AS %s", self._get_aggregate(parameter, table), SQL.identifier(name))
                )
                values[number] = SQL("%s", SQL.identifier(alias, name))
            found = self._select_keys(
                Source(source, self._get_links()[source]), rows, ids, extra=SQL(", ").join(extra)
            )
            same = SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(query.table, "id"))
            query.add_join("LEFT JOIN", alias, SQL("(%s)", found), same)
        return values

    @api.model
    def _get_links(self):
        """Return {source: (column that leads to the contact, column of the amount)}."""
        return LINKS

    @api.model
    def _get_measured_model(self, source):
        """Return a source's model, the domain of what counts, and its column of dates."""
        model = {"deal": "crm.lead", "message": "mail.message", "person": "res.partner"}[source]
        domain = Domain(SCOPES[source])
        if source == "message":
            domain &= Domain("model", "=", "res.partner")
        return model, domain, DATE_COLUMNS[source]

    def _get_measured_rows(self, source):
        """Return the query of the rows that a source's measures are computed from."""
        model, domain, _date = self._get_measured_model(source)
        Model = self._get_searched(model)
        if source == "deal":
            Model = Model.with_context(active_test=False)  # lost ones are archived
        if "company_id" in Model._fields:
            domain &= self.company_id._get_served_domain(Model)
        query = Model._search(domain)
        return query, query.table

    def _get_aggregate(self, parameter, table):
        """Return a measure as SQL over the rows of one contact."""
        source, computed, condition = parameter._get_measure()
        column = SQL.identifier(table, self._get_measured_model(source)[2])
        tests = [SQL("TRUE")]
        if condition:
            tests.append(self._get_measure_condition(source, condition, table))
        if parameter.period_days:
            since = self._get_days_ago(parameter.period_days)
            happened = column
            if condition == "pending":
                happened = SQL.identifier(table, "create_date")
            tests.append(SQL("%s >= %s", happened, since))
        test = SQL(" AND ").join(tests)
        if computed == "count":
            return SQL("NULLIF(COUNT(*) FILTER (WHERE %s), 0)", test)
        if computed == "last":
            last = SQL("MAX(%s) FILTER (WHERE %s)", column, test)
            return SQL("(%s - DATE '1970-01-01')", self._get_local(last))
        return SQL(
            "ROUND((SUM(%s) FILTER (WHERE %s))::numeric, 2)", self._get_amount(source, table), test
        )

    def _get_amount(self, source, table):
        """Return the amount of a row of a source in the currency of the segment, as SQL."""
        amount = SQL.identifier(table, self._get_links()[source][1])
        return self._convert_amount(amount, SQL.identifier(table, "company_id"))

    @api.model
    def _get_measure_condition(self, source, condition, table):
        return SQL("%s = %s", SQL.identifier(table, "won_status"), condition)

    def _get_field_value(self, parameter, query):
        Model, alias = self._get_searched("res.partner"), query.table
        *steps, last = parameter.field_path.split(".")
        for step in steps:
            comodel = Model.env[Model._fields[step].comodel_name]
            alias = query.left_join(alias, step, comodel._table, "id", step)
            Model = comodel
        value = Model._field_to_sql(alias, last, query)
        field = parameter._get_field()
        if field.type == "datetime":
            value = self._get_local(value)
        if field.type in DATES:
            return SQL("(%s::date - DATE '1970-01-01')", value)
        if field.type == "monetary":
            value = self._convert_field(Model, alias, field, value, query)
        return SQL("ROUND(%s::numeric, 2)", value)
