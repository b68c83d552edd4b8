import { expectLegible } from "@crm_access/../tests/tours/legible";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openCrm = () => [
    stepUtils.showAppsMenuItem(),
    { trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']", run: "click" },
];

/** Open an entry of the menu Marketing Ladder, and wait for its screen. */
const openMenu = (entry, title) => [
    {
        trigger: "button[data-menu-xmlid='crm_marketing_ladder.crm_marketing_ladder_menu_root']",
        run: "click",
    },
    { trigger: `a[data-menu-xmlid='crm_marketing_ladder.${entry}']`, run: "click" },
    { trigger: `.o_breadcrumb .active:contains('${title}')` },
];

const create = (name) => [
    { trigger: ".o_list_button_add", run: "click" },
    { trigger: ".o_form_view" },
    ...(name
        ? [{ trigger: ".o_form_view .o_field_widget[name='name'] input", run: `edit ${name}` }]
        : []),
];

const save = () => [
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: ".o_form_saved" },
];

/** Choose a record in a many2one field, or add one to tags, by its name. */
const choose = (field, name) => [
    { trigger: `.o_form_view .o_field_widget[name='${field}'] input`, run: `edit ${name}` },
    {
        trigger: `.ui-autocomplete .ui-menu-item:not(.o_m2o_dropdown_option) a:contains('${name}')`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("crm_marketing_ladder_marketeer", {
    steps: () => [
        ...openCrm(),
        ...openMenu("crm_pain_menu", "Pains"),
        ...create("Tour pain"),
        ...save(),
        ...openMenu("crm_marketing_message_menu", "Marketing Messages"),
        ...create("Tour message"),
        ...choose("pain_ids", "Tour pain"),
        ...choose("ladder_step_id", "Tour One"),
        {
            content: "A click on a state saves",
            trigger: ".o_statusbar_status button:contains('In Use')",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains('In Use')" },
        { trigger: ".o_form_saved" },
        ...openMenu("crm_content_menu", "Contents"),
        ...create("Tour content"),
        ...choose("marketing_message_id", "Tour message"),
        {
            content: "The step comes from the message",
            trigger: ".o_field_widget[name='ladder_step_id'] input:value(Tour One)",
        },
        ...save(),
        ...openMenu("crm_content_task_menu", "Content Tasks"),
        ...create(),
        ...choose("content_id", "Tour content"),
        {
            content: "The subject is the content's name",
            trigger: ".o_field_widget[name='name'] input:value(Tour content)",
        },
        ...save(),
        ...openMenu("crm_content_publication_menu", "Publications"),
        ...create(),
        ...choose("task_id", "Tour content"),
        {
            trigger: ".o_field_widget[name='url'] input",
            run: "edit https://blog.example.com/tour && press Tab",
        },
        {
            content: "The address finds its channel",
            trigger: ".o_field_widget[name='channel_id'] input:value(Tour blog)",
        },
        ...save(),
        { trigger: ".o_statusbar_status button[data-value='published']", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current[data-value='published']" },
        ...openMenu("crm_content_task_menu", "Content Tasks"),
        { trigger: ".o_data_row .o_data_cell:contains('Tour content')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name='verifier_id']" },
        {
            content: "The task is done",
            trigger: ".o_statusbar_status button[data-value='published']",
            run: "click",
        },
        { trigger: ".o_statusbar_status .o_arrow_button_current[data-value='published']" },
        ...openMenu("crm_content_menu_board", "Content Board"),
        {
            content: "The content was published by itself",
            trigger: ".o_kanban_group[data-id]:contains('Published') .o_kanban_record:contains('Tour content')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_marketing_ladder_salesperson", {
    steps: () => [
        ...openCrm(),
        { trigger: ".o_kanban_record:contains('Tour deal')", run: "click" },
        { trigger: ".o_form_view .nav-link[name='ladder']", run: "click" },
        { trigger: ".o_field_widget[name='pain_ids']" },
        ...choose("pain_ids", "Tour pain"),
        {
            content: "The recommendation follows, with its reason",
            trigger: ".o_crm_next_best:contains('Tour content'):contains('answers')",
        },
        { trigger: ".nav-link[name='criteria']", run: "click" },
        {
            trigger: ".o_field_widget[name='criterion_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name='differentiator_id'] input",
            run: "edit Tour criterion",
        },
        { trigger: ".ui-autocomplete .ui-menu-item a:contains('Tour criterion')", run: "click" },
        ...save(),
        { trigger: ".o_crm_match_score:contains('50')" },
        { trigger: ".nav-link[name='ladder']", run: "click" },
        {
            content: "First click",
            trigger: ".o_crm_next_best .o_crm_send_content:contains('Send')",
            run: "click",
        },
        { trigger: ".modal .o_mail_composer_form_view, .modal .o_form_view" },
        { content: "Second click", trigger: ".modal .o_mail_send", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "It was recorded", trigger: ".o_crm_send_content:contains('Send Again')" },
        { trigger: "button[name='action_move_on_ladder']", run: "click" },
        {
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Asked for a price",
        },
        { trigger: ".modal button[name='action_move']", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "The history names the reason and the content that helped",
            trigger:
                ".o_field_widget[name='ladder_move_ids'] .o_data_row:contains('Asked for a price'):contains('Tour content')",
        },
    ],
});

registry.category("web_tour.tours").add("crm_marketing_ladder_director", {
    steps: () => [
        ...openCrm(),
        ...openMenu("crm_coverage_map_menu", "Coverage Map"),
        expectLegible(".o_crm_coverage_map td button"),
        { trigger: ".o_crm_coverage_map tr:contains('Tour pain') .o_crm_hole", run: "click" },
        {
            content: "The pain and the step are filled in",
            trigger: ".o_form_view .o_field_widget[name='pain_id'] input:value(Tour pain)",
        },
        { trigger: ".o_field_widget[name='ladder_step_id'] input:value(Tour One)" },
        { trigger: ".o_form_button_cancel", run: "click" },
        ...openMenu("crm_ladder_funnel_menu", "Ladder Funnel"),
        { trigger: ".o_crm_ladder_funnel tr:contains('Tour One') .o_crm_stuck", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains('Tour deal')" },
        ...openMenu("crm_what_wins_menu", "What Wins"),
        { trigger: ".o_crm_what_wins:contains('closed deals were won')" },
    ],
});
