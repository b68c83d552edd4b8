import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The contents that fit a deal, each with its reason, and a button to send it. */
export class NextBestContent extends Component {
    static template = "crm_marketing_ladder.NextBestContent";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    hint(row) {
        return row.url ? "" : _t("It has no published address");
    }

    async send(row) {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call("crm.lead", "action_send_content", [
            [record.resId],
            row.content,
        ]);
        this.action.doAction(action, { onClose: () => record.load() });
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.content",
            res_id: row.content,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("crm_next_best_content", {
    component: NextBestContent,
    supportedTypes: ["json"],
});
