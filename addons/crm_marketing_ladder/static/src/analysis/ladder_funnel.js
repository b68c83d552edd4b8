import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { LadderAnalysis } from "./analysis";

/** How many come to each step, how many go on, how fast, and who is stuck. */
export class LadderFunnel extends LadderAnalysis {
    static template = "crm_marketing_ladder.LadderFunnel";
    static method = "get_ladder_funnel";

    setup() {
        this.period = useState({ from: false, to: false });
        super.setup();
    }

    get parameters() {
        return {
            ...super.parameters,
            date_from: this.period.from,
            date_to: this.period.to,
        };
    }

    async onDateChange(name, ev) {
        this.period[name] = ev.target.value || false;
        await this.load();
    }

    get most() {
        return Math.max(1, ...this.state.data.steps.map((step) => step.entered));
    }

    get months() {
        return [...new Set(this.state.data.months.map((row) => row.month))];
    }

    /** Conversion of a step in a month, or nothing without anybody. */
    monthly(step, month) {
        const row = this.state.data.months.find(
            (candidate) => candidate.month === month && candidate.step === step.id
        );
        return row ? `${Math.round((100 * row.up) / row.entered)} % (${row.entered})` : "";
    }

    stuckTitle(step) {
        return _t("Longer than %s days on this step", step.stuck_days);
    }

    openStanding(step, stuck) {
        const domain = [
            ["ladder_step_id", "=", step.id],
            ["won_status", "=", "pending"],
        ];
        if (stuck) {
            domain.push(["is_ladder_stuck", "=", true]);
        }
        this.openLeads(stuck ? _t("Stuck: %s", step.name) : step.name, domain);
    }
}

registry.category("actions").add("crm_marketing_ladder.ladder_funnel", LadderFunnel);
