import { tint } from "@crm_access/colour/tint";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { LadderAnalysis } from "./analysis";

const RED = [220, 53, 69];

/** Pains × steps: where money stands and no content exists. */
export class CoverageMap extends LadderAnalysis {
    static template = "crm_marketing_ladder.CoverageMap";
    static method = "get_coverage_map";

    cell(pain, step) {
        return this.state.data.cells[`${pain.id}-${step.id}`];
    }

    get most() {
        const holes = Object.values(this.state.data.cells).filter((cell) => cell.hole);
        return Math.max(1, ...holes.map((cell) => cell.amount));
    }

    get missing() {
        return this.state.data.pains.reduce((sum, pain) => sum + pain.missing, 0);
    }

    get holes() {
        return Object.values(this.state.data.cells).filter((cell) => cell.hole).length;
    }

    style(cell) {
        if (!cell?.hole) {
            return "";
        }
        return `background-color: ${tint(RED, 0.2 + (0.8 * cell.amount) / this.most)}`;
    }

    title(pain, step) {
        const cell = this.cell(pain, step);
        if (cell?.without_address && !cell.contents) {
            return _t("Published, but without an address: it cannot be sent. Click to add one.");
        }
        if (cell?.hole) {
            return cell.leads === 1
                ? _t("1 open deal, no published content: click to make one")
                : _t("%(leads)s open deals, no published content: click to make one", {
                      leads: cell.leads,
                  });
        }
        return cell?.contents ? _t("Open the contents") : _t("Make a content for this pain and step");
    }

    open(pain, step) {
        const cell = this.cell(pain, step);
        if (cell?.contents || cell?.without_address) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                name: `${pain.name} · ${step.name}`,
                res_model: "crm.content",
                views: [
                    [false, "list"],
                    [false, "form"],
                ],
                domain: [
                    ["covered_pain_ids", "in", [pain.id]],
                    ["ladder_step_id", "=", step.id],
                    ["state", "=", "published"],
                ],
                context: this.defaults(pain, step),
            });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New Content"),
            res_model: "crm.content",
            views: [[false, "form"]],
            context: this.defaults(pain, step),
        });
    }

    defaults(pain, step) {
        return {
            default_pain_id: pain.id,
            default_ladder_step_id: step.id,
            default_directorate_id: pain.directorate || this.state.directorateId,
        };
    }
}

registry.category("actions").add("crm_marketing_ladder.coverage_map", CoverageMap);
