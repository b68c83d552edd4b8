import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Why a lead has its owner, or why it has none: one line, and the details on a click.
 *
 * The line comes after the form, for leads that have an owner; what is wrong with a lead
 * that has none is worked out when asked for, because it takes the facts of a run.
 */
export class CrmAssignmentWhy extends Component {
    static template = "crm_lead_assign.Why";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ why: null, isOpen: false, isLoading: false, isManager: false });
        onMounted(() => this.start(this.props));
        onWillUpdateProps((next) => {
            const key = this.getKey(next);
            if (key !== this.key) {
                this.start(next);
            }
        });
    }

    /** What the answer depends on, as saved. */
    getKey({ record }) {
        const { user_id, team_id } = record.data;
        return [record.resId, this.idOf(user_id), this.idOf(team_id), record.isInEdition].join();
    }

    idOf(value) {
        return (value && value.id) || 0;
    }

    get hasOwner() {
        return Boolean(this.idOf(this.props.record.data.user_id));
    }

    async start(props) {
        this.key = this.getKey(props);
        this.state.why = null;
        this.state.isOpen = false;
        if (props.record.resId && this.idOf(props.record.data.user_id)) {
            await this.load(props.record.resId);
        }
    }

    async load(resId) {
        const key = this.key;
        this.state.isLoading = true;
        try {
            const why = await this.orm.silent.call("crm.lead", "get_assignment_explanation", [
                [resId],
            ]);
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
