/** @odoo-module **/

import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/**
 * Archiving and deleting a contact group first say what becomes of its members, prices and
 * access, whichever way the user goes about it.
 */
function explainFirst(items, actionService, getIds) {
    const explain = async () =>
        actionService.doAction("crm_groups.crm_contact_group_closing_action", {
            additionalContext: { active_ids: await getIds() },
        });
    items.archive.callback = explain;
    items.delete.callback = explain;
    return items;
}

export class ContactGroupFormController extends FormController {
    getStaticActionMenuItems() {
        return explainFirst(super.getStaticActionMenuItems(), this.env.services.action, () => [
            this.model.root.resId,
        ]);
    }
}

export class ContactGroupListController extends ListController {
    getStaticActionMenuItems() {
        return explainFirst(super.getStaticActionMenuItems(), this.env.services.action, () =>
            this.model.root.getResIds(true)
        );
    }
}

registry.category("views").add("crm_contact_group_form", {
    ...formView,
    Controller: ContactGroupFormController,
});
registry.category("views").add("crm_contact_group_list", {
    ...listView,
    Controller: ContactGroupListController,
});
