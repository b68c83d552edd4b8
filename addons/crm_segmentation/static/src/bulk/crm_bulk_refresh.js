import { Component, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const EVERY = 1500;

/** Reads the operation again while it goes on in the background, so that its bar moves. */
export class CrmBulkRefresh extends Component {
    static template = "crm_segmentation.BulkRefresh";
    static props = { ...standardWidgetProps };

    setup() {
        const timer = browser.setInterval(() => this.refresh(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async refresh() {
        const record = this.props.record;
        if (["running", "undoing"].includes(record.data.state) && !this.loading) {
            this.loading = true;
            try {
                await record.load();
            } finally {
                this.loading = false;
            }
        }
    }
}

registry.category("view_widgets").add("crm_bulk_refresh", { component: CrmBulkRefresh });
