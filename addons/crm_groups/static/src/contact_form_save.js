/** @odoo-module **/

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { FormController } from "@web/views/form/form_controller";

/**
 * A contact that its user has just moved out of his own reach is saved, and cannot be read back
 * (see res.partner.web_save): go back to the list instead of telling that it was not found.
 */
patch(FormController.prototype, {
    async save() {
        try {
            return await super.save(...arguments);
        } catch (error) {
            if (!(error instanceof FetchRecordError) || this.props.resModel !== "res.partner") {
                throw error;
            }
            this.model.notification.add(
                _t("Saved. The contact is protected by its group now, you no longer see it."),
                { type: "info" }
            );
            await this.model.root.discard();
            this.env.config.historyBack();
            return false;
        }
    },
});
