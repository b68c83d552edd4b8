import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const FIELD = ".o_field_widget[name='assignment_domain']";
const CODE = ".modal .o_domain_selector_debug_container textarea";
const FAULT = ".modal .o_crm_filter_fault";

function confirm(text) {
    return [
        { trigger: CODE, run: `edit ${text}` },
        { trigger: ".modal-footer button:contains('Confirm')", run: "click" },
    ];
}

/** The code editor says what is wrong and where, and takes a field without quotes. */
registry.category("web_tour.tours").add("crm_lead_assign_filter_editor", {
    steps: () => [
        { trigger: `${FIELD} .fa-caret-right`, run: "click" },
        { trigger: `${FIELD} .o_field_domain_dialog_button`, run: "click" },

        ...confirm("[('country_id', '=', Canada)]"),
        { trigger: `${FAULT}:contains('line 1, column 22: “Canada” is no value')` },
        ...confirm("[('country_id', '=', 'Atlantis')]"),
        { trigger: `${FAULT}:contains('there is no “Atlantis”')` },
        ...confirm("[('country_id', '='"),
        { trigger: `${FAULT}:contains('line 1, column 2')` },

        ...confirm("[[country_id, 'in', ['United States', 'Canada']]]"),
        { trigger: "body:not(:has(.modal))" },
        {
            content: "Names are shown, numbers are stored",
            trigger: `${FIELD}:contains('United States'):contains('Canada')`,
        },
        ...stepUtils.saveForm(),
    ],
});
