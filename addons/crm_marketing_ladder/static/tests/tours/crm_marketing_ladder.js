import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const ROOT = "button[data-menu-xmlid='crm_marketing_ladder.%']";

/** Open a menu of the addon: the section in the bar, then the entry. */
function openMenu(section, entry) {
    return [
        { trigger: ROOT.replace("%", section), run: "click" },
        { trigger: `a[data-menu-xmlid='crm_marketing_ladder.${entry}']`, run: "click" },
    ];
}

const openCrm = () => [
    stepUtils.showAppsMenuItem(),
    { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },
];

const save = () => [
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: ".o_form_saved" },
];

/** Choose a record in a many2one field by its name. */
function choose(field, name) {
    return [
        { trigger: `.o_field_widget[name='${field}'] input`, run: `edit ${name}` },
        {
            trigger: `.ui-autocomplete .ui-menu-item a:contains("${name}")`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("crm_marketing_ladder_marketeer", {
    steps: () => [
        ...openCrm(),
        ...openMenu("crm_marketing_ladder_menu_root", "crm_pain_menu"),
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name='name'] input", run: "edit Tour pain" },
        ...save(),
        ...openMenu("crm_marketing_ladder_menu_root", "crm_marketing_message_menu"),
        { trigger: ".o_breadcrumb:contains('Marketing Messages')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name='name'] input", run: "edit Tour message" },
        ...choose("pain_ids", "Tour pain"),
        ...choose("ladder_step_id", "Tour One"),
        { trigger: ".o_statusbar_status button:contains('In Use')", run: "click" },
        ...save(),
        ...openMenu("crm_marketing_ladder_menu_root", "crm_content_menu"),
        { trigger: ".o_breadcrumb:contains('Contents')" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name='name'] input", run: "edit Tour content" },
        ...choose("marketing_message_id", "Tour message"),
        {
            content: "The step comes from the message",
            trigger: ".o_field_widget[name='ladder_step_id'] input:value(Tour One)",
        },
        { trigger: ".o_field_widget[name='task_ids'] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".o_field_widget[name='task_ids'] .o_selected_row" },
        ...save(),
        { trigger: ".o_field_widget[name='task_ids'] .o_data_row .o_list_record_open_form_view button, .o_field_widget[name='task_ids'] .o_data_row button.o_list_record_open_form_view, .o_field_widget[name='task_ids'] .o_data_row .o_list_record_open_form_view", run: "click" },
        { trigger: ".o_breadcrumb .active:contains('Tour content'), .modal .o_form_view, .o_field_widget[name='publication_ids']" },
        { trigger: ".o_field_widget[name='publication_ids'] .o_field_x2many_list_row_add a", run: "click" },
        {
            trigger: ".o_field_widget[name='publication_ids'] .o_selected_row [name='url'] input",
            run: "edit https://example.com/tour",
        },
        {
            trigger: ".o_field_widget[name='publication_ids'] .o_selected_row [name='state'] input, .o_field_widget[name='publication_ids'] .o_selected_row [name='state'] select",
            run: "click",
        },
    ],
});
