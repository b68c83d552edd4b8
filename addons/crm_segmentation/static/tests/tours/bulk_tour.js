import { registry } from "@web/core/registry";

/** The back office hands over contacts: dry run, change, undo. */
registry.category("web_tour.tours").add("crm_segmentation_bulk", {
    steps: () => [
        {
            content: "Select all contacts of the list",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_control_panel button:contains(Actions)", run: "click" },
        { trigger: ".o-dropdown-item:contains(Change in bulk)", run: "click" },
        {
            content: "Choose two new owners, in turn",
            trigger: ".modal [name=user_ids] input",
            run: "edit Bulk South",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains(Bulk South)", run: "click" },
        { trigger: ".modal [name=user_ids]:contains(Bulk South)" },
        { trigger: ".modal [name=user_ids] input", run: "edit Bulk West" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Bulk West)", run: "click" },
        { trigger: ".modal [name=user_ids]:contains(Bulk West)" },
        { trigger: ".modal [name=also_deals] input", run: "click" },
        { trigger: ".modal [name=reason] input", run: "edit Territory handed over" },
        { trigger: ".modal-footer button[name=action_preview]", run: "click" },
        {
            content: "The dry run says what would happen",
            trigger: ".o_form_view:contains(Nothing has been changed yet) [name=waiting_count]:contains(5)",
        },
        { trigger: ".o_form_view [name=refused_count]:contains(1)" },
        { trigger: ".o_form_view [name=summary]:contains(Rule: Bulk tour)" },
        { trigger: "button[name=button_apply]:contains(Apply)", run: "click" },
        {
            content: "Done, and it can be undone",
            trigger: ".o_form_view [name=changed_count]:contains(5)",
        },
        { trigger: "button[name=button_undo]", run: "click" },
        { trigger: ".modal [name=count]:contains(5)" },
        { trigger: ".modal-footer button[name=action_undo]", run: "click" },
        {
            trigger: ".o_form_view:not(:has(.modal)) [name=undone_count]:contains(5)",
        },
        { trigger: "button[name=action_view_lines]", run: "click" },
        {
            content: "Row by row",
            trigger: ".o_data_row:contains(Tour bulk 0) .badge:contains(Undone)",
        },
        { trigger: ".o_data_row:contains(Tour bulk 4):contains(Rule: Bulk tour)" },
    ],
});
