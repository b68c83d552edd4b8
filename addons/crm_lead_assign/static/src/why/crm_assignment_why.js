import { askQuietly } from "@crm_access/save/ask_quietly";
import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const idOf = (value) => (value && value.id) || 0;

/**
 * Why a lead has its owner, or why it has none: one line, and the details on a click.
 *
 * The line comes after the form, and it is that of the list of unassigned leads.
 */
export class CrmAssignmentWhy extends Component {
    static template = "crm_lead_assign.Why";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            why: null,
            isOpen: false,
            isLoading: false,
            isManager: false,
            isStale: false,
        });
        this.key = null;
        this.wasDirty = false;
        useRecordObserver(({ resId, data, dirty }) => {
            const userId = idOf(data.user_id);
            const key = [resId, userId, idOf(data.team_id)].join();
            // Whatever was changed on it may be what stood between a lead and an owner.
            const isOther = key !== this.key || (this.wasDirty && !dirty && !userId);
            this.wasDirty = dirty;
            // What is shown holds for the lead as saved: nothing is said of an owner that is not.
            this.state.isStale = dirty && key !== this.key;
            if (!dirty && isOther) {
                this.key = key;
                // Not waited for: the form is there first.
                this.start(resId);
            }
        });
    }

    get hasOwner() {
        return Boolean(idOf(this.props.record.data.user_id));
    }

    start(resId) {
        this.state.why = null;
        this.state.isOpen = false;
        if (resId) {
            this.load(resId);
        }
    }

    async load(resId) {
        const key = this.key;
        this.state.isLoading = true;
        try {
            const asking = this.orm.silent.call("crm.lead", "get_assignment_explanation", [
                [resId],
            ]);
            const why = await askQuietly(asking, null);
            if (key === this.key) {
                this.state.why = why;
                this.state.isManager = await user.hasGroup("sales_team.group_sale_manager");
            }
        } finally {
            this.state.isLoading = false;
        }
    }

    async toggle() {
        if (!this.state.why) {
            await this.load(this.props.record.resId);
        }
        this.state.isOpen = this.hasDetails && !this.state.isOpen;
    }

    get hasDetails() {
        const why = this.state.why;
        return !why || why.candidates.length > 0 || why.teams.length > 0;
    }

    openRun() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.assignment.run",
            res_id: this.state.why.run_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("crm_assignment_why", {
    component: CrmAssignmentWhy,
    fieldDependencies: [
        { name: "user_id", type: "many2one" },
        { name: "team_id", type: "many2one" },
    ],
});
