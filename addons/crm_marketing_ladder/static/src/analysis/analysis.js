import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What the three analyses share: the choice of a sales directorate, loading, an empty state. */
export class LadderAnalysis extends Component {
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    /** Method of crm.ladder.analysis that gives the figures. */
    static method = "";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({
            data: null,
            directorates: [],
            directorateId: false,
            loading: true,
        });
        this.display = { controlPanel: {} };
        onWillStart(async () => {
            this.state.directorates = await this.orm.call(
                "crm.ladder.analysis",
                "get_directorates",
                []
            );
            await this.load();
        });
    }

    get parameters() {
        return { directorate_id: this.state.directorateId };
    }

    async load() {
        this.state.loading = true;
        this.state.data = await this.orm.call(
            "crm.ladder.analysis",
            this.constructor.method,
            [],
            this.parameters
        );
        this.state.loading = false;
    }

    async onDirectorateChange(ev) {
        this.state.directorateId = parseInt(ev.target.value) || false;
        await this.load();
    }

    percent(share) {
        return `${(100 * share).toFixed(0)} %`;
    }

    money(amount) {
        return formatCurrency(amount, this.state.data.currency, { humanReadable: true });
    }

    openLeads(name, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "crm.lead",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: this.state.directorateId
                ? [...domain, ["directorate_id", "=", this.state.directorateId]]
                : domain,
        });
    }
}
