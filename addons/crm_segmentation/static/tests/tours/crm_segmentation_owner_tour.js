import { registry } from "@web/core/registry";

/** With more addons there are more buttons than there is room. */
const openMoreButtons = () => [
    {
        isActive: [".o_form_view .o_button_more"],
        trigger: ".o_form_view .o_button_more",
        run: "click",
    },
];

registry.category("web_tour.tours").add("crm_segmentation_owner_seller", {
    steps: () => [
        {
            content: "A free contact says why it is free",
            trigger: ".o_data_row:contains('Tour Released'):contains('Released: no activity')",
        },
        {
            content: "Take it from the list",
            trigger: ".o_data_row:contains('Tour Released') button[name='action_take']",
            run: "click",
        },
        { trigger: ".o_notification:contains('Tour Released is yours now')" },
        { trigger: ".o_list_view:not(:contains('Tour Released'))" },
        {
            content: "Open another one",
            trigger: ".o_data_cell:contains('Tour Plain')",
            run: "click",
        },
        { trigger: ".o_form_view button[name='action_take']", run: "click" },
        {
            content: "The limit of the day is reached, and says so",
            trigger: ".o_error_dialog:contains('limit of 1 contact a day'), .modal:contains('limit of 1 contact a day')",
        },
        { trigger: ".modal .btn-primary", run: "click" },
        ...openMoreButtons(),
        { trigger: "button[name='action_watch']:visible", run: "click" },
        { trigger: "body:not(:has(button[name='action_watch']:visible))" },
        ...openMoreButtons(),
        { trigger: "button[name='action_unwatch']:visible" },
        {
            content: "Who owned it",
            trigger: "button:visible:contains('Owners')",
            run: "click",
        },
        { trigger: ".o_breadcrumb:contains('Owners')" },
    ],
});

registry.category("web_tour.tours").add("crm_segmentation_owner_manager", {
    steps: () => [
        {
            content: "Archive a colleague",
            trigger: ".o_form_view .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        { trigger: ".o-dropdown--menu .o_menu_item:contains('Archive')", run: "click" },
        { trigger: ".modal .btn-primary:contains('Archive')", run: "click" },
        {
            content: "Odoo asks who takes over",
            trigger: ".modal .o_field_widget[name='contact_count']:contains('2')",
        },
        { trigger: ".modal .o_field_widget[name='mode'] label:contains('in turn')", run: "click" },
        {
            trigger: ".modal .o_field_widget[name='new_user_ids'] input",
            run: "edit Tour Successor",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Tour Successor')",
            run: "click",
        },
        {
            content: "The preview says who gets how many",
            trigger: ".modal .o_field_widget[name='line_ids'] .o_data_row:contains('Tour Successor'):contains('2')",
        },
        { trigger: ".modal button[name='action_apply']", run: "click" },
        {
            content: "Done, and it can be undone",
            trigger: ".o_form_view .o_field_widget[name='done_count']:contains('2')",
        },
        { trigger: "button[name='action_undo_and_notify']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: ".o_notification:contains('2 given back')" },
        { trigger: ".o_field_widget[name='undone_count']:contains('2')" },
    ],
});

registry.category("web_tour.tours").add("crm_segmentation_owner_release", {
    steps: () => [
        {
            content: "Who would lose what, and when",
            trigger: "button[name='action_preview_release']",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='line_ids'] .o_data_row:contains('Tour Idle')",
        },
        { trigger: ".alert:contains('Nothing has been changed yet')" },
        { trigger: "button[name='action_apply']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        {
            content: "Announced, not released: its owner has some days",
            trigger: ".o_field_widget[name='later_count']:contains('1')",
        },
    ],
});
