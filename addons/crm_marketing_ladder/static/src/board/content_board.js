import { onWillStart, onWillUpdateProps, useState, useSubEnv } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** A column that shows its limit, and turns red above it. */
export class ContentBoardHeader extends KanbanHeader {
    static template = "crm_marketing_ladder.ContentBoardHeader";

    get limit() {
        const byState = this.props.list.groupByField?.name === "state";
        return (byState && this.env.contentBoard?.limits[this.group.value]) || 0;
    }

    get isOverLimit() {
        return this.limit > 0 && this.group.count > this.limit;
    }
}

/** The board: expedited contents in a section of their own above the columns. */
export class ContentBoardRenderer extends KanbanRenderer {
    static template = "crm_marketing_ladder.ContentBoardRenderer";
    static components = { ...KanbanRenderer.components, KanbanHeader: ContentBoardHeader };

    setup() {
        super.setup();
        this.boardOrm = useService("orm");
        this.boardAction = useService("action");
        this.board = useState({ limits: {}, counts: {}, expedited: [] });
        useSubEnv({ contentBoard: this.board });
        onWillStart(() => this.loadBoard(this.props));
        onWillUpdateProps((props) => this.loadBoard(props));
    }

    async loadBoard(props) {
        const { domain, context } = props.list;
        const chosen = domain.find((leaf) => leaf[0] === "directorate_id" && leaf[1] !== "in");
        const directorate = context.board_directorate_id || (chosen && chosen[2]) || false;
        Object.assign(
            this.board,
            await this.boardOrm.call("crm.content", "get_board_summary", [domain], {
                directorate_id: directorate,
            })
        );
    }

    openExpedited(content) {
        this.boardAction.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.content",
            res_id: content.id,
            views: [[false, "form"]],
        });
    }

    getGroupClasses(group, isGroupProcessing) {
        const classes = super.getGroupClasses(group, isGroupProcessing);
        const limit = this.props.list.groupByField?.name === "state" && this.board.limits[group.value];
        return limit && group.count > limit ? `${classes} o_crm_over_limit` : classes;
    }
}

registry.category("views").add("crm_content_board", {
    ...kanbanView,
    Renderer: ContentBoardRenderer,
});
