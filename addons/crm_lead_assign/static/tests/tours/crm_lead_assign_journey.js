import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const MENU = "button[data-menu-xmlid='crm_lead_assign.crm_lead_assign_menu_root']";

function openMenu(xmlid) {
    return [
        { trigger: MENU, run: "click" },
        { trigger: `a[data-menu-xmlid='crm_lead_assign.${xmlid}']`, run: "click" },
    ];
}

/** Set-up, preview, apply, why me, undo. */
registry.category("web_tour.tours").add("crm_lead_assign_journey", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },

        // A hole: a lead nobody gets, and why.
        ...openMenu("crm_assignment_report_menu"),
        {
            content: "The overview counts the leads nobody has, by reason",
            trigger: ".o_crm_assignment_overview a[data-reason='no_team']",
            run: "click",
        },
        { trigger: ".o_data_row:contains('Tour lead')" },

        // Set-up: the team takes the territory.
        ...openMenu("crm_team_menu_assignment"),
        { trigger: ".o_data_cell[name='name']:contains('Tour team')", run: "click" },
        { trigger: ".o_field_widget[name='assignment_rule_text']:contains('Country is France')" },
        { trigger: ".nav-link[name='assignment']", run: "click" },
        {
            content: "The rules are read as sentences",
            trigger: ".o_field_widget[name='assignment_words']:contains('1 member in turn')",
        },
        {
            trigger: ".o_field_widget[name='assignment_territory_ids'] input",
            run: "edit Tour land",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour land')", run: "click" },
        {
            content: "The sentence follows what is edited",
            trigger:
                ".o_field_widget[name='assignment_words']:contains('Territory is Tour land')",
        },
        ...stepUtils.saveForm(),

        // Preview.
        { trigger: "button[name='action_open_preview']", run: "click" },
        {
            content: "What will happen, in words",
            trigger: ".o_field_widget[name='words']:contains('1 lead to Tour team: Tour person 1')",
        },
        { trigger: ".o_field_widget[name='people']:contains('+1')" },

        // Apply.
        { trigger: "button[name='action_apply']", run: "click" },
        { trigger: ".modal-footer button:contains('Apply')", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Done')" },
        { trigger: "button[name='action_view_decisions']", run: "click" },
        { trigger: ".o_group_header:contains('Tour person')", run: "click" },
        { trigger: ".o_data_cell[name='lead_name']:contains('Tour lead')", run: "click" },

        // Why me?
        { trigger: ".o_field_widget[name='candidate_table']:contains('gets it')" },
        { trigger: ".o_field_widget[name='lead_id'] a", run: "click" },
        {
            content: "The reason in one line",
            trigger: ".o_crm_assignment_summary:contains('Tour person has it because')",
        },
        { trigger: ".o_crm_assignment_why_button", run: "click" },
        { trigger: ".o_crm_assignment_details tr:contains('Tour person'):contains('Next in turn')" },
        {
            trigger: ".o_crm_assignment_details button:contains('See the whole run')",
            run: "click",
        },

        // Undo.
        { trigger: "button[name='action_undo']", run: "click" },
        { trigger: ".modal-footer button:contains('Undo')", run: "click" },
        { trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Undone')" },
        { trigger: ".alert:contains('back where they were')" },
    ],
});

/** A salesperson opens a lead that somebody else's rules gave away, and one nobody has. */
registry.category("web_tour.tours").add("crm_lead_assign_why", {
    steps: () => [
        { trigger: ".o_data_cell[name='name']:contains('Lead 1')", run: "click" },
        {
            content: "Mine, and why",
            trigger: ".o_crm_assignment_summary:contains('Yours because')",
        },
        { trigger: ".o_crm_assignment_why_button:contains('Details')", run: "click" },
        { trigger: ".o_crm_assignment_details td:contains('filter does not match')" },
        {
            content: "The run is the managers'",
            trigger: ".o_crm_assignment_details:not(:has(button))",
        },
        { trigger: ".o_pager_next", run: "click" },
        {
            content: "Nobody's, and what stands in the way, as the list says it",
            trigger: ".o_crm_assignment_summary:contains('Nobody has it: No team')",
        },
    ],
});
