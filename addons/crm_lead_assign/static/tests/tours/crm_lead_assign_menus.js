import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("crm_lead_assign_menus", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },
        {
            content: "Open the addon's menu",
            trigger: "button[data-menu-xmlid='crm_lead_assign.crm_lead_assign_menu_root']",
            run: "click",
        },
        {
            content: "Leads nobody has",
            trigger: "a[data-menu-xmlid='crm_lead_assign.crm_lead_menu_unassigned']",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Unassigned Leads')" },
        { trigger: ".o_list_view th[data-name='unassigned_reason']" },
        {
            trigger: "button[data-menu-xmlid='crm_lead_assign.crm_lead_assign_menu_root']",
            run: "click",
        },
        {
            content: "The rules of the teams",
            trigger: "a[data-menu-xmlid='crm_lead_assign.crm_team_menu_assignment']",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Teams and Rules')" },
        { trigger: ".o_list_view th[data-name='assignment_rule_text']" },
        {
            trigger: "button[data-menu-xmlid='crm_lead_assign.crm_lead_assign_menu_root']",
            run: "click",
        },
        {
            content: "Members and their capacity",
            trigger: "a[data-menu-xmlid='crm_lead_assign.crm_team_member_menu_assignment']",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Members and Capacity')" },
        {
            trigger: "button[data-menu-xmlid='crm_lead_assign.crm_lead_assign_menu_root']",
            run: "click",
        },
        {
            content: "The scheduled action",
            trigger: "a[data-menu-xmlid='crm_lead_assign.ir_cron_menu_lead_assign']",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name='interval_number']" },
    ],
});
