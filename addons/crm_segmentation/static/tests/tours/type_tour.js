import { registry } from "@web/core/registry";

/** A new value of the dictionary, used on a company, then made one with another, and taken back. */
registry.category("web_tour.tours").add("crm_segmentation_types", {
    steps: () => [
        { trigger: ".o_list_view .o_list_button_add", run: "click" },
        { trigger: ".o_form_view [name='name'] input", run: "edit Tour Agent" },
        { trigger: ".o_form_view [name='code'] input", run: "edit tour_agent" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        {
            content: "Nothing has it yet, so it can be chosen on a company",
            trigger: ".o_form_view button[name='action_view_records']:contains('0')",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Tour Agent')" },
        {
            content: "A contact made here gets the type",
            trigger: ".o_control_panel .o-kanban-button-new, .o_control_panel .o_list_button_add",
            run: "click",
        },
        { trigger: ".o_form_view [name='crm_type_id'] input:value(Tour Agent)" },
        {
            trigger: ".o_form_view h1 .o_field_widget:visible input, .o_form_view h1 .o_field_widget:visible textarea",
            run: "edit Tour Works",
        },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});

/** A used value can't be deleted; it is merged into another one, and that can be taken back. */
registry.category("web_tour.tours").add("crm_segmentation_type_merge", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('Tour Agent') .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_control_panel button:contains('Actions')", run: "click" },
        { trigger: ".o-dropdown-item:contains('Delete')", run: "click" },
        { trigger: ".modal .btn-primary:contains('Delete')", run: "click" },
        {
            content: "It is used: archive or merge it",
            trigger: ".modal:contains('cannot be deleted')",
        },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_control_panel button:contains('Actions')", run: "click" },
        { trigger: ".o-dropdown-item:contains('Merge')", run: "click" },
        {
            content: "Before: what would happen",
            trigger: ".o_form_view [name='preview']:contains('Tour Agent')",
        },
        { trigger: ".o_form_view [name='target_id'] input", run: "edit Tour Dealer" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Dealer')", run: "click" },
        { trigger: "button[name='action_merge']", run: "click" },
        {
            content: "One company has the other value now",
            trigger: ".o_form_view [name='record_count']:contains('1')",
        },
        { trigger: "button[name='action_undo']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: ".o_form_view [name='state'] .o_arrow_button_current:contains('Taken Back')" },
    ],
});

/** A list field says what to enter, and a form is not saved while a mandatory one is empty. */
const PAPERS = ".o_property_field[property-name='tour_papers']";
registry.category("web_tour.tours").add("crm_segmentation_list_field", {
    steps: () => [
        {
            trigger: ".o_form_view h1 .o_field_widget:visible input, .o_form_view h1 .o_field_widget:visible textarea",
            run: "edit Tour Works",
        },
        { trigger: `${PAPERS} .o_crm_list_help[data-tooltip='As on the papers']` },
        { trigger: `${PAPERS} .o_required_modifier input` },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".modal:contains('Please fill in “Tour Papers” of “Tour Works”')" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: `body:not(:has(.modal)) ${PAPERS} input`, run: "edit Green" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
    ],
});
