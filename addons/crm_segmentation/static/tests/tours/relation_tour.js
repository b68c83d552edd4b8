import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_segmentation_relations", {
    steps: () => [
        { trigger: ".o_form_view .o_notebook a[name='relations']", run: "click" },
        {
            content: "Nothing yet, and what belongs here",
            trigger: ".o_crm_relation_panel:contains('No relations yet')",
        },
        { trigger: ".o_crm_relation_add", run: "click" },
        {
            content: "Only what fits a company is offered",
            trigger: ".modal select:not(:has(option:contains('Tour Former')))",
            run: "selectByLabel Tour Branch",
        },
        {
            trigger: ".modal .o_field_widget[name='other_partner_ids'] input",
            run: "edit Tour North",
        },
        {
            trigger: ".ui-autocomplete .dropdown-item:contains('Tour North')",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name='note'] .o_input, .modal .o_field_widget[name='note'] input", run: "edit Since the merger" },
        { trigger: ".modal button[name='action_add']", run: "click" },
        {
            content: "In the list, and in the picture",
            trigger: ".o_crm_relation_panel td:contains('Tour Branch')",
        },
        { trigger: ".o_crm_relation_panel:contains('Since the merger')" },
        { trigger: ".o_crm_relation_network .o_crm_relation_node text:contains('Tour North')" },
        {
            content: "The other one is reached and opens by the keyboard, and has it from its side",
            trigger: ".o_crm_relation_node:not(.o_crm_middle):contains('Tour North')",
            run: ({ anchor }) => {
                anchor.focus();
                if (document.activeElement !== anchor) {
                    throw new Error("A node of the network cannot be focused");
                }
                anchor.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            },
        },
        { trigger: ".o_form_view .o_field_widget[name='name'] :value('Tour North'), .o_form_view:has(.o_field_widget[name='name'] input:value('Tour North'))" },
        { trigger: ".o_form_view .o_notebook a[name='relations']", run: "click" },
        { trigger: ".o_crm_relation_panel td:contains('Tour Headquarters')" },
        { trigger: ".o_crm_relation_large", run: "click" },
        { trigger: ".o_crm_relation_screen .o_crm_middle:contains('Tour North')" },
    ],
});

registry.category("web_tour.tours").add("crm_segmentation_duplicates", {
    steps: () => [
        { trigger: ".o_data_cell:contains('Tour Twin')", run: "click" },
        {
            content: "Why, side by side",
            trigger: ".o_crm_duplicate_compare li:contains('tour@twin.example')",
        },
        { trigger: ".o_crm_duplicate_compare tr.table-warning:contains('Vienna')" },
        {
            trigger: ".o_crm_duplicate_compare th:contains('Tour Twin Ltd') input[type='radio']",
            run: "click",
        },
        {
            content: "Its own value stays unless another one is chosen",
            trigger: ".o_crm_duplicate_pick[aria-pressed='true']:contains('Wien')",
        },
        { trigger: ".o_crm_duplicate_pick:contains('Vienna')", run: "click" },
        {
            trigger: "tr:has(.o_crm_duplicate_pick:contains('Vienna')) .o_crm_duplicate_after:contains('Vienna')",
        },
        { trigger: ".o_crm_duplicate_pick[aria-pressed='false']:contains('Wien')" },
        { trigger: ".o_crm_duplicate_merge:contains('Merge 1 into Tour Twin Ltd')", run: "click" },
        {
            content: "It is said before that it cannot be taken back",
            trigger: ".modal:contains('cannot take this back')",
        },
        { trigger: ".modal .btn-primary:contains('Merge')", run: "click" },
        { trigger: ".o_notification:contains('merged into Tour Twin Ltd')" },
        { trigger: ".o_list_view:not(:has(.o_data_cell:contains('Tour Twin')))" },
    ],
});
