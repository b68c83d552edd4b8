/** @odoo-module **/

import { Component, onWillUnmount, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const EVERY = 1500;

/**
 * Reads the record of a form again while it goes on in the background:
 * ``<widget name="crm_refresh_while" field="state" values="waiting,running" />``.
 * What somebody is about to enter is left alone.
 */
export class RefreshWhile extends Component {
    static template = xml`<span class="d-none" />`;
    static props = { ...standardWidgetProps, field: String, values: Array };

    setup() {
        const timer = browser.setInterval(() => this.refresh(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async refresh() {
        const { record, field, values } = this.props;
        if (this.loading || !record.resId || !values.includes(record.data[field])) {
            return;
        }
        this.loading = true;
        try {
            if (!(await record.isDirty())) {
                await record.load();
            }
        } finally {
            this.loading = false;
        }
    }
}

registry.category("view_widgets").add("crm_refresh_while", {
    component: RefreshWhile,
    extractProps: ({ attrs }) => ({ field: attrs.field, values: attrs.values.split(",") }),
});
