import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How well we match the customer's criteria, and where the points are lost. */
export class MatchScore extends Component {
    static template = "crm_marketing_ladder.MatchScore";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data[this.props.name] || { total: 0, lines: [] };
    }

    get losses() {
        return this.data.lines.filter((line) => line.lost > 0);
    }

    match(line) {
        return { fully: _t("fully met"), partly: _t("partly met"), not_met: _t("not met") }[
            line.our_match
        ];
    }
}

registry.category("fields").add("crm_match_score", {
    component: MatchScore,
    supportedTypes: ["json"],
});
