import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** The figures above the people: who has no owner and why, how fast, how fairly. */
export class CrmAssignmentOverview extends Component {
    static template = "crm_lead_assign.Overview";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ figures: null });
        onWillStart(() => {
            // Not waited for: the people are there first.
            this.load();
        });
    }

    async load() {
        this.state.figures = await this.orm.call("crm.assignment.report", "get_overview", []);
    }

    get unassignedCount() {
        return this.state.figures.unassigned.reduce((sum, row) => sum + row.count, 0);
    }

    duration(hours) {
        if (hours === false) {
            return "–";
        }
        if (hours < 1) {
            return _t("%s min", Math.round(hours * 60));
        }
        return hours < 48
            ? _t("%s hours", formatFloat(hours, { digits: [16, 1] }))
            : _t("%s days", formatFloat(hours / 24, { digits: [16, 1] }));
    }

    /** Points of the line, newest to the right; the higher, the more uneven. */
    get points() {
        const rows = this.state.figures.fairness;
        const top = Math.max(1, ...rows.map((row) => row.spread));
        const step = rows.length > 1 ? 118 / (rows.length - 1) : 0;
        return rows
            .map((row, index) => `${1 + index * step},${31 - (row.spread / top) * 30}`)
            .join(" ");
    }

    /** The leads without an owner; with a row, those with that reason. */
    async openUnassigned(row) {
        const action = await this.action.loadAction("crm_lead_assign.crm_lead_action_unassigned");
        if (row) {
            action.name = row.label;
            action.domain = [
                ["user_id", "=", false],
                ["won_status", "=", "pending"],
                ["unassigned_reason", "in", [row.code]],
            ];
        }
        return this.action.doAction(action);
    }

    openSpeed() {
        return this.action.doAction("crm_lead_assign.crm_assignment_speed_action");
    }

    openFairness() {
        return this.action.doAction("crm_lead_assign.crm_assignment_run_action_fairness");
    }

    openPreviews() {
        return this.action.doAction("crm_lead_assign.crm_assignment_run_action", {
            additionalContext: { search_default_preview: 1 },
        });
    }
}

export class CrmAssignmentOverviewRenderer extends KanbanRenderer {
    static template = "crm_lead_assign.OverviewRenderer";
    static components = { ...KanbanRenderer.components, CrmAssignmentOverview };
}

registry.category("views").add("crm_assignment_overview", {
    ...kanbanView,
    Renderer: CrmAssignmentOverviewRenderer,
});
