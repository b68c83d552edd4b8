import { askQuietly } from "@crm_access/save/ask_quietly";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { RelationNetwork } from "./relation_network";

/** Relations on a card: read when the tab is opened, so that the card itself costs nothing. */
export class RelationPanel extends Component {
    static template = "crm_segmentation.RelationPanel";
    static components = { RelationNetwork };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ rows: [], canEdit: false, version: 0 });
        onWillStart(async () => {
            await this.load(this.props);
            this.state.canEdit = await this.orm.call("crm.relation", "has_access", [[], "create"]);
        });
        onWillUpdateProps((props) => this.load(props));
    }

    get model() {
        return this.props.record.resModel;
    }

    async load(props) {
        const { resModel, resId } = props.record;
        const asking = resId ? this.orm.call(resModel, "get_relations", [[resId]]) : [];
        const rows = await askQuietly(asking, []);
        this.state.rows = rows;
        this.state.version++;
    }

    period(row) {
        const show = (day) => formatDate(deserializeDate(day));
        if (row.date_from && row.date_to) {
            return `${show(row.date_from)} – ${show(row.date_to)}`;
        }
        if (row.date_from) {
            return _t("since %s", show(row.date_from));
        }
        return row.date_to ? _t("until %s", show(row.date_to)) : "";
    }

    async add() {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const field = this.model === "crm.lead" ? "lead_id" : "partner_id";
        this.openDialog(_t("Add Relation"), "crm.relation.add", false, {
            [`default_${field}`]: record.resId,
        });
    }

    edit(row) {
        this.openDialog(_t("Relation"), "crm.relation", row.id, {});
    }

    openDialog(name, model, id, context) {
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name,
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
                target: "new",
                context,
            },
            {
                onClose: async () => {
                    await this.props.record.load();
                    await this.load(this.props);
                },
            }
        );
    }

    openOther(row) {
        if (!row.other_id) {
            return this.edit(row);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.other_id,
            views: [[false, "form"]],
        });
    }

    openNetwork() {
        this.action.doAction({
            type: "ir.actions.client",
            tag: "crm_segmentation.relation_network",
            name: _t("Network of %s", this.props.record.data.display_name || ""),
            params: { model: this.model, record_id: this.props.record.resId },
        });
    }
}

registry.category("view_widgets").add("crm_relation_panel", { component: RelationPanel });
