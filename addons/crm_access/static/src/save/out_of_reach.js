/** @odoo-module **/

import { patch } from "@web/core/utils/patch";
import { DynamicList } from "@web/model/relational_model/dynamic_list";
import { Record } from "@web/model/relational_model/record";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { FormController } from "@web/views/form/form_controller";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";

/**
 * What its user has just saved out of his own reach (see base_save.py) is told in words. A form
 * goes back to where it came from, a list is loaded anew.
 */
const gone = new Set();

function hasGone(resModel, resId) {
    return gone.delete(`${resModel},${resId}`);
}

patch(RelationalModel.prototype, {
    setup() {
        super.setup(...arguments);
        const { orm, notification } = this;
        const told = async (resModel, saving) => {
            const rows = await saving;
            for (const { id, out_of_reach } of rows) {
                if (out_of_reach) {
                    gone.add(`${resModel},${id}`);
                    notification.add(out_of_reach, { type: "info", sticky: true });
                }
            }
            return rows;
        };
        // Another object, for this model alone: the service is shared.
        this.orm = Object.create(orm, {
            webSave: {
                value: (resModel, ...args) => told(resModel, orm.webSave(resModel, ...args)),
            },
            webSaveMulti: {
                value: (resModel, ...args) => told(resModel, orm.webSaveMulti(resModel, ...args)),
            },
        });
    },
});

patch(Record.prototype, {
    /** Keep on screen what it shows until it is left: there is nothing else to show. */
    _setData(data, params) {
        if (!data?.out_of_reach) {
            return super._setData(data, params);
        }
        this._values = { ...this._values, ...this._changes };
        this._changes = {};
        this.dirty = false;
        this.data = { ...this._values };
        this._setEvalContext();
    },

    async _save() {
        const saved = await super._save(...arguments);
        // The root is a form's, which goes back by itself.
        if (saved && !this.config.isRoot && hasGone(this.resModel, this.resId)) {
            await this.model.load();
        }
        return saved;
    },
});

patch(DynamicList.prototype, {
    async _multiSave() {
        const saved = await super._multiSave(...arguments);
        const left = this.records.filter((record) => hasGone(record.resModel, record.resId));
        if (left.length) {
            await this.model.load();
        }
        return saved;
    },
});

patch(FormController.prototype, {
    async save(params) {
        const saved = await super.save(...arguments);
        const { resModel, resId } = this.model.root;
        if (!saved || !hasGone(resModel, resId) || params?.reload === false) {
            return saved;
        }
        if (this.env.dialogData) {
            this.env.dialogData.close();
        } else {
            this.env.config.historyBack();
        }
        return false;
    },
});

patch(KanbanRenderer.prototype, {
    async validateQuickCreate(recordId, mode, group) {
        if (hasGone(this.props.list.resModel, recordId)) {
            this.props.quickCreateState.groupId = mode === "add" ? group.id : false;
            return;
        }
        return super.validateQuickCreate(...arguments);
    },
});
