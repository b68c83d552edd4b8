import { tint } from "@crm_access/colour/tint";
import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const VIOLET = [113, 75, 103];

/** Two segmentations crossed: contacts and revenue in each cell, a click opens its contacts. */
export class SegmentCrossing extends Component {
    static template = "crm_segmentation.Crossing";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({
            appliesTo: "company",
            measure: "won",
            dimensions: [],
            rows: "",
            columns: "",
            data: null,
        });
        onWillStart(() => this.loadDimensions());
    }

    async loadDimensions() {
        const dimensions = await this.orm.call("segment.crossing", "get_dimensions", [
            this.state.appliesTo,
        ]);
        this.state.dimensions = dimensions;
        const keys = dimensions.map((dimension) => dimension.key);
        if (!keys.includes(this.state.rows)) {
            this.state.rows = keys[0];
        }
        if (!keys.includes(this.state.columns)) {
            this.state.columns = ["field:crm_type_id", "field:industry_id", keys[0]].find((key) =>
                keys.includes(key)
            );
        }
        await this.load();
    }

    async load() {
        this.state.data = await this.orm.call("segment.crossing", "get_matrix", [
            this.state.rows,
            this.state.columns,
            this.state.appliesTo,
        ]);
    }

    async onKindChange(ev) {
        this.state.appliesTo = ev.target.value;
        await this.loadDimensions();
    }

    async onDimensionChange(which, ev) {
        this.state[which] = ev.target.value;
        await this.load();
    }

    async onSwap() {
        [this.state.rows, this.state.columns] = [this.state.columns, this.state.rows];
        await this.load();
    }

    cellOf(row, column) {
        const cell = this.state.data.cells[`${row}|${column}`];
        if (!cell) {
            return null;
        }
        const [count, won, pending] = cell;
        return { count, won, pending };
    }

    money(amount) {
        return formatCurrency(amount, this.state.data.currency, { humanReadable: true });
    }

    get most() {
        const cells = Object.entries(this.state.data.cells);
        const inner = cells.filter(([key]) => !key.includes("*"));
        return Math.max(1, ...inner.map(([, cell]) => this.measured(cell)));
    }

    measured([count, won, pending]) {
        return { count, won, pending }[this.state.measure];
    }

    style(figures) {
        if (!figures) {
            return "";
        }
        const share = Math.max(0, figures[this.state.measure]) / this.most;
        return share ? `background-color: ${tint(VIOLET, share)}` : "";
    }

    title(row, column) {
        return _t("Open them: %(row)s, %(column)s", { row: row.name, column: column.name });
    }

    open(...items) {
        const domain = [
            ...this.state.data.domain,
            ...items.filter(Boolean).flatMap((item) => item.domain),
        ];
        this.action.doAction({
            type: "ir.actions.act_window",
            name: items
                .filter(Boolean)
                .map((item) => item.name)
                .join(" × "),
            res_model: "res.partner",
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain,
        });
    }
}

registry.category("actions").add("crm_segmentation.crossing", SegmentCrossing);
