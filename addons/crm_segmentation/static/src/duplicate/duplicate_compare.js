import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Duplicates side by side: choose who stays, who goes, and who is somebody else. */
export class DuplicateCompare extends Component {
    static template = "crm_segmentation.DuplicateCompare";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.state = useState({
            data: null,
            keepId: false,
            chosen: {},
            // Row → member whose value stays, where it is not that of the one that stays.
            picked: {},
            onlyDiffering: false,
        });
        onWillStart(() => this.load());
    }

    get groupId() {
        return this.props.record.resId;
    }

    async load() {
        const data = await this.orm.call("crm.duplicate.group", "get_comparison", [[this.groupId]]);
        this.state.data = data;
        this.state.keepId = data.keep_id;
        this.state.chosen = Object.fromEntries(data.members.map((member) => [member.id, true]));
        this.state.picked = {};
    }

    get rows() {
        return this.state.data.rows.filter((row) => row.differs || !this.state.onlyDiffering);
    }

    get going() {
        return this.state.data.members.filter(
            (member) => this.state.chosen[member.id] && member.id !== this.state.keepId
        );
    }

    get kept() {
        return this.state.data.members.find((member) => member.id === this.state.keepId);
    }

    get afterLabel() {
        return _t("After the merge");
    }

    /** What the one that stays will hold, as the server says for what is chosen. */
    after(row) {
        return this.state.data.after[row.key] || "";
    }

    /** Whether the value of a member can be taken, and is not all there is. */
    canPick(row, member, value) {
        return (
            this.state.data.can_merge && row.can_choose && value && this.state.chosen[member.id]
        );
    }

    isPicked(row, member) {
        const members = this.state.data.members;
        const value = (id) => row.values[members.findIndex((one) => one.id === id)];
        const picked = this.state.picked[row.key];
        if (picked || value(this.state.keepId)) {
            return member.id === (picked || this.state.keepId);
        }
        // The one that stays has none: which of the others' it gets, the server says.
        return value(member.id) === this.after(row);
    }

    pick(row, member) {
        if (member.id === this.state.keepId) {
            delete this.state.picked[row.key];
        } else {
            this.state.picked[row.key] = member.id;
        }
        return this.loadAfter();
    }

    keep(member) {
        this.state.keepId = member.id;
        this.state.chosen[member.id] = true;
        return this.dropPicked(member).loadAfter();
    }

    toggle(member) {
        this.state.chosen[member.id] = !this.state.chosen[member.id];
        return this.dropPicked(member).loadAfter();
    }

    /** Forget what was taken of a member who stays, or who is not merged any more. */
    dropPicked(member) {
        for (const [key, id] of Object.entries(this.state.picked)) {
            if (id === member.id) {
                delete this.state.picked[key];
            }
        }
        return this;
    }

    async loadAfter() {
        const asked = (this.asked = {});
        const after = await this.orm.call("crm.duplicate.group", "get_after_merge", [
            [this.groupId],
            this.state.keepId,
            this.going.map((member) => member.id),
            { ...this.state.picked },
        ]);
        // Another choice may have been made meanwhile.
        if (asked === this.asked) {
            this.state.data.after = after;
        }
    }

    open(member) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: member.id,
            views: [[false, "form"]],
        });
    }

    merge() {
        const names = this.going.map((member) => member.name).join(", ");
        this.dialog.add(ConfirmationDialog, {
            title: _t("Merge contacts"),
            body: _t(
                "%(names)s will be merged into %(kept)s: deals, activities, messages and all else move there, and empty fields are filled. Odoo cannot take this back. What the merged contacts held is kept under Merged Contacts.",
                { names, kept: this.kept.name }
            ),
            confirmLabel: _t("Merge"),
            confirm: () =>
                this.decide("action_merge", {
                    keep_id: this.state.keepId,
                    chosen: { ...this.state.picked },
                }),
            cancel: () => {},
        });
    }

    async decide(method, options) {
        const chosen = this.state.data.members.filter((member) => this.state.chosen[member.id]);
        const result = await this.orm.call("crm.duplicate.group", method, [[this.groupId]], {
            ...options,
            partner_ids: chosen.map((member) => member.id),
        });
        const message =
            method === "action_merge"
                ? _t("%(count)s contacts merged into %(kept)s", {
                      count: result.merged,
                      kept: this.kept.name,
                  })
                : _t("Remembered: no search proposes them again");
        this.notification.add(message, { type: "success" });
        this.action.doAction("crm_segmentation.crm_duplicate_group_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("view_widgets").add("crm_duplicate_compare", { component: DuplicateCompare });
