import { registry } from "@web/core/registry";

/** A new deal whose type gives it to a colleague: saved, told, and back in the list. */
registry.category("web_tour.tours").add("crm_segmentation_out_of_reach", {
    steps: () => [
        { trigger: ".o_control_panel .o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_list_button_add", run: "click" },
        { trigger: ".o_form_view [name='name'] textarea, .o_form_view [name='name'] input", run: "edit Tour New Deal" },
        { trigger: ".o_form_view [name='deal_type_id'] input", run: "edit Tour Tender" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Tender')", run: "click" },
        {
            content: "The form says at once whom the type brings",
            trigger: ".o_form_view [name='user_id'] input:value(seg_tour_other)",
        },
        { trigger: ".o_form_button_save", run: "click" },
        {
            trigger: ".o_notification:contains('Tour New Deal'):contains('seg_tour_other')",
        },
        { trigger: ".o_list_view .o_data_row:contains('Tour Deal')" },
    ],
});

/** The same from a list: two lines ticked and changed at once; what is gone leaves the list. */
registry.category("web_tour.tours").add("crm_segmentation_out_of_reach_list", {
    steps: () => [
        { trigger: ".o_data_row:contains('Tour Deal 0') .o_list_record_selector input", run: "click" },
        { trigger: ".o_data_row:contains('Tour Deal 1') .o_list_record_selector input", run: "click" },
        { trigger: ".o_data_row:contains('Tour Deal 0') .o_data_cell[name='deal_type_id']", run: "click" },
        { trigger: ".o_data_row.o_selected_row [name='deal_type_id'] input", run: "edit Tour Tender" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Tender')", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: ".o_notification:contains('Tour Deal 0'):contains('seg_tour_other')" },
        { trigger: ".o_notification:contains('Tour Deal 1'):contains('seg_tour_other')" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains('Tour Deal 0')))" },
        {
            content: "One line alone",
            trigger: ".o_data_row:contains('Tour Deal 2') .o_data_cell[name='deal_type_id']",
            run: "click",
        },
        { trigger: ".o_data_row.o_selected_row [name='deal_type_id'] input", run: "edit Tour Tender" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Tour Tender')", run: "click" },
        { trigger: ".o_data_row:contains('Tour Deal 3') .o_data_cell[name='name']", run: "click" },
        { trigger: ".o_notification:contains('Tour Deal 2'):contains('seg_tour_other')" },
        { trigger: ".o_list_view:not(:has(.o_data_row:contains('Tour Deal 2')))" },
        { trigger: ".o_list_view .o_data_row:contains('Tour Deal 3')" },
    ],
});

/** The same from a board, where a deal is made with its name alone. */
registry.category("web_tour.tours").add("crm_segmentation_out_of_reach_board", {
    steps: () => [
        { trigger: ".o_kanban_view .o_kanban_record:contains('Tour Deal 0')" },
        { trigger: ".o_kanban_group .o_kanban_quick_add", run: "click" },
        { trigger: ".o_kanban_quick_create [name='name'] input", run: "edit Tour Board Deal" },
        { trigger: ".o_kanban_quick_create .o_kanban_add", run: "click" },
        { trigger: ".o_notification:contains('Tour Board Deal'):contains('seg_tour_other')" },
        { trigger: ".o_kanban_quick_create [name='name'] input:value()" },
        { trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains('Tour Board Deal')))" },
        { trigger: ".o_kanban_quick_create .o_kanban_cancel", run: "click" },
        { trigger: ".o_kanban_view:not(:has(.o_kanban_quick_create))" },
    ],
});
