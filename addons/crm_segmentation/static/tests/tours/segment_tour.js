import { expectLegible } from "@crm_access/../tests/tours/legible";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openMenu = (entry, title) => [
    {
        trigger: "button[data-menu-xmlid='crm_segmentation.menu_segmentation']",
        run: "click",
    },
    { trigger: `a[data-menu-xmlid='crm_segmentation.${entry}']`, run: "click" },
    ...(title ? [{ trigger: `.o_breadcrumb .active:contains('${title}')` }] : []),
];

registry.category("web_tour.tours").add("crm_segmentation_segment_manager", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },
        ...openMenu("crm_segment_menu_filter", "Segments"),
        {
            trigger: ".o_data_row:contains('Tour customers') .o_data_cell[name='name']",
            run: "click",
        },
        {
            content: "What it means stands there in words",
            trigger: ".o_field_widget[name='sentence']:contains('has deals: Won/Lost is Won')",
        },
        { trigger: "button[name='action_preview']", run: "click" },
        { trigger: ".o_notification:contains('Tour Alpha')" },
        { trigger: "button[name='action_open_members']", run: "click" },
        { trigger: ".o_data_row:contains('Tour Alpha')" },
        ...openMenu("crm_segment_menu_score", "Scores"),
        {
            trigger: ".o_data_row:contains('Tour score') .o_data_cell[name='name']",
            run: "click",
        },
        { trigger: "button:contains('Try Other Weights')", run: "click" },
        {
            trigger: ".modal .o_data_row:contains('Tour amount') .o_data_cell[name='weight']",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name='weight'] input", run: "edit 0.5" },
        { trigger: ".modal button[name='action_try']", run: "click" },
        { trigger: ".modal .o_crm_preview_matrix:contains('Tour Alpha')" },
        { trigger: ".modal button[name='action_apply']", run: "click" },
        { trigger: ".o_notification:contains('changed their class')" },
        ...openMenu("crm_segment_menu_crossing"),
        { trigger: ".o_crm_crossing #crossing_rows", run: "selectByLabel Tour score" },
        { trigger: ".o_crm_crossing tbody th:contains('B')" },
        { trigger: ".o_crm_crossing #crossing_columns", run: "selectByLabel Industry" },
        expectLegible(".o_crm_crossing_cell"),
        { trigger: ".o_crm_crossing_cell[title*='B, Tour industry']", run: "click" },
        {
            trigger: ".o_list_view .o_data_row:contains('Tour Alpha') .o_data_cell[name='complete_name']",
            run: "click",
        },
        {
            content: "What the glance opens is a button, for the keyboard, too",
            trigger: ".o_crm_glance button.o_crm_glance_item",
        },
        { trigger: ".o_form_view .o_crm_why_class", run: "click" },
        {
            content: "Which line gave how many points",
            trigger: ".o_form_view .o_data_row:contains('Tour amount'):contains('1,500')",
        },
    ],
});
