import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_groups_manager", {
    steps: () => [
        {
            content: "The groups as a tree",
            trigger: ".o_list_view",
        },
        { trigger: "button.o_switch_view.o_hierarchy", run: "click" },
        { trigger: ".o_hierarchy_node:contains('Tour dealers')" },
        { trigger: "button.o_switch_view.o_list", run: "click" },
        {
            content: "A group filled by rule says its rule in words",
            trigger: ".o_data_cell:contains('Tour smart')",
            run: "click",
        },
        { trigger: ".o_field_widget[name='rule_sentence']:contains('Reference is crm-groups-tour')" },
        {
            content: "The count of the rule is of companies only, as the group is",
            trigger: ".o_field_widget[name='domain']:contains('1 record')",
        },
        {
            content: "Rebuild it",
            trigger: "button[name='action_rebuild_and_notify']",
            run: "click",
        },
        { trigger: ".o_notification:contains('1 contact entered')" },
        { trigger: ".o_stat_text:contains('Contacts'), .oe_stat_button[name='action_open_contacts']" },
        {
            content: "Who may see its contacts",
            trigger: ".o_notebook a[name='access']",
            run: "click",
        },
        { trigger: ".o_field_widget[name='access']" },
        {
            content: "The card of its contacts",
            trigger: ".o_notebook a[name='card']",
            run: "click",
        },
        { trigger: ".o_field_widget[name='hidden_part_ids']" },
        {
            content: "Archiving says first what becomes of members, prices and access",
            trigger: ".o_form_view .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        { trigger: ".o-dropdown--menu .o_menu_item:contains('Archive')", run: "click" },
        {
            trigger:
                ".modal .o_field_widget[name='effects']:contains('1 contact is no longer in Tour smart')",
        },
        { trigger: ".modal button:contains('Keep the Group')", run: "click" },
        {
            content: "So does deleting, for several groups in the list",
            trigger: "body:not(:has(.modal)) .o_back_button",
            run: "click",
        },
        {
            content: "The list is read anew, it counts the new member",
            trigger: ".o_data_row:contains('Tour smart') td[name='member_count']:contains('1')",
        },
        {
            trigger: ".o_data_row:contains('Tour smart') .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_data_row_selected:contains('Tour smart')" },
        {
            trigger: ".o_data_row:contains('Tour gold dealers') .o_list_record_selector input",
            run: "click",
        },
        { trigger: ".o_selection_box:contains('2')" },
        { trigger: ".o_control_panel button:contains('Actions')", run: "click" },
        { trigger: ".o-dropdown--menu .o_menu_item:contains('Delete')", run: "click" },
        { trigger: ".modal .o_field_widget[name='effects']:contains('no longer in Tour smart')" },
        {
            content: "And then it is done",
            trigger: ".modal .o_field_widget[name='effects']:contains('no longer in Tour gold dealers')",
        },
        { trigger: ".modal button[name='action_archive_group']", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_data_cell:contains('Tour smart')))" },
    ],
});

registry.category("web_tour.tours").add("crm_groups_out_of_reach", {
    steps: () => [
        {
            content: "The card says where the price comes from",
            trigger: ".o_list_view .o_data_cell:contains('Tour Customer')",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name='contact_group_ids'] input",
            run: "edit Tour VIP",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains('Tour VIP')",
            run: "click",
        },
        { trigger: ".o_field_widget[name='contact_group_ids'] .o_tag:contains('Tour VIP')" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "The contact is protected now: back in the list, with a word about it",
            trigger: ".o_notification:contains('no longer see'):contains('Protected by')",
        },
        { trigger: ".o_list_view:not(:has(.o_data_cell:contains('Tour Customer')))" },
    ],
});

registry.category("web_tour.tours").add("crm_groups_card", {
    steps: () => [
        {
            content: "The card as the group of the customer wants it",
            trigger: ".o_notebook .nav-item:first-child a.active[name='internal_notes']",
        },
        {
            content: "The field that the group puts first is at the top, once",
            trigger: ".o_form_sheet .o_group:first .o_field_widget[name='website']",
        },
        {
            content: "Who is responsible, and through which group",
            trigger: ".o_field_widget[name='group_responsible']:contains('Tour VIP')",
        },
        {
            content: "Another group is chosen: its page comes first at once",
            trigger: ".o_field_widget[name='contact_group_ids'] .o_tag .o_delete",
            run: "hover && click .o_field_widget[name='contact_group_ids'] .o_tag .o_delete",
        },
        { trigger: ".o_notebook .nav-item:first-child a[name='contact_addresses']" },
        { trigger: ".o_form_button_cancel", run: "click" },
        { trigger: ".o_notebook .nav-item:first-child a[name='internal_notes']" },
    ],
});

registry.category("web_tour.tours").add("crm_groups_drag", {
    steps: () => [
        { trigger: ".o_list_view" },
        { trigger: "button.o_switch_view.o_hierarchy", run: "click" },
        { trigger: ".o_hierarchy_node:contains('Tour gold')" },
        {
            content: "Drag a group below another one",
            trigger: ".o_hierarchy_node:contains('Tour gold')",
            run: "drag_and_drop .o_hierarchy_node:contains('Tour dealers')",
        },
        {
            content: "It came with what is below it",
            trigger: ".o_hierarchy_row:contains('Tour gold dealers') .o_hierarchy_node:contains('Unfold')",
        },
    ],
});
