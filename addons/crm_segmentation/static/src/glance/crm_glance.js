import { askQuietly } from "@crm_access/save/ask_quietly";
import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * What is known of a contact, in one line of small cards.
 *
 * It is asked for once the form is there, so that a form opens as fast as without it, and anew
 * after each save.
 */
export class CrmGlance extends Component {
    static template = "crm_segmentation.Glance";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ items: [] });
        this.asked = 0;
        useRecordObserver(({ resId, dirty }) => {
            if (resId && !dirty) {
                // Not waited for: the form is there first.
                this.load(resId);
            } else if (!resId) {
                this.state.items = [];
            }
        });
    }

    async load(resId) {
        const asked = ++this.asked;
        const asking = this.orm.silent.call("res.partner", "get_segmentation_glance", [[resId]]);
        const items = await askQuietly(asking, []);
        // A later question has a later answer.
        if (asked === this.asked) {
            this.state.items = items;
        }
    }

    open(item) {
        if (item.action) {
            this.action.doAction(item.action);
        }
    }
}

registry.category("view_widgets").add("crm_glance", { component: CrmGlance });
