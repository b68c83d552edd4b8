import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { LadderAnalysis } from "./analysis";

/** Win rates by pain, criterion and message, with what the numbers allow to say. */
export class WhatWins extends LadderAnalysis {
    static template = "crm_marketing_ladder.WhatWins";
    static method = "get_what_wins";

    get kinds() {
        return [
            { key: "pain", name: _t("Pains") },
            { key: "criterion", name: _t("Criteria") },
            { key: "message", name: _t("Messages Sent") },
        ];
    }

    rows(kind) {
        return this.state.data.rows.filter((row) => row.kind === kind);
    }

    claim(row) {
        return {
            more: { text: _t("Wins more often"), css: "text-bg-success" },
            less: { text: _t("Wins less often"), css: "text-bg-danger" },
            none: { text: _t("No clear difference"), css: "text-bg-secondary" },
            few: {
                text: _t("Too few deals: %(total)s of %(minimum)s", {
                    total: row.total,
                    minimum: this.state.data.minimum,
                }),
                css: "text-bg-light",
            },
        }[row.claim];
    }

    interval(row) {
        return _t("%(low)s to %(high)s", {
            low: this.percent(row.low),
            high: this.percent(row.high),
        });
    }

    lift(row) {
        return row.lift ? `× ${row.lift.toFixed(2)}` : "–";
    }

    open(row) {
        const field = {
            pain: "pain_ids",
            criterion: "criterion_ids.differentiator_id",
            message: "sending_ids.marketing_message_id",
        }[row.kind];
        this.openLeads(row.name, [
            [field, "in", [row.id]],
            ["won_status", "in", ["won", "lost"]],
            ["active", "in", [true, false]],
        ]);
    }
}

registry.category("actions").add("crm_marketing_ladder.what_wins", WhatWins);
