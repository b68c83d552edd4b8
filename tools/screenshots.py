"""Screenshots of the addons' screens, for the documentation and to be looked at.

    bin/run --no-serve                       # once
    .local/venv/bin/python tools/screenshots.py http://localhost:8069 FOLDER

Opens every action that is named below as the administrator, in a browser of a fixed
size, and fails on an error of the browser's console or of the server.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from suite.programs import find_browser

#: No background services: they call hosts that a closed network refuses.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = {"width": 1440, "height": 860}
FIRST_PAGE_SECONDS = 120
#: What the next screen must not show or be held up by: a dialog, a list of choices, a hint, a
#: message, changes that are not saved.
LEFT_BEHIND = (
    ".modal, .o-dropdown--menu, .o_popover, .o_notification, "
    ".o_form_status_indicator_buttons:not(.invisible), .o_dirty_warning"
)


@dataclass(frozen=True)
class Screen:
    """A screen: its menu, and what must be on it before the picture is taken."""

    name: str
    menu: str
    expect: str
    #: Clicked one after the other once the menu's screen is there; with a text: filled in.
    clicks: tuple[str | tuple[str, str], ...] = field(default_factory=tuple)
    #: A system parameter and its value, for as long as the picture takes.
    parameter: tuple[str, str] | None = None


SCREENS = (
    Screen("groups_list", "crm_groups.crm_contact_group_menu", ".o_list_view"),
    Screen(
        "groups_form",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (".o_data_cell[name=complete_name]:has-text('Dealers') >> nth=0",),
    ),
    Screen("groups_members", "crm_groups.crm_contact_group_member_menu", ".o_list_view"),
    Screen("groups_contacts", "crm_groups.res_partner_menu_by_group", ".o_search_panel"),
    Screen("segmentation_company_types", "crm_segmentation.crm_type_menu_company", ".o_list_view"),
    Screen("segmentation_deal_types", "crm_segmentation.crm_type_menu_deal", ".o_list_view"),
    Screen(
        "segmentation_type_form",
        "crm_segmentation.crm_type_menu_company",
        ".o_list_view",
        (".o_data_cell[name=name]:has-text('Dealer') >> nth=0",),
    ),
    Screen("segmentation_segments", "crm_segmentation.crm_segment_menu_filter", ".o_list_view"),
    Screen(
        "segmentation_segment_form",
        "crm_segmentation.crm_segment_menu_filter",
        ".o_list_view",
        (".o_data_cell[name=name]:has-text('Sleeping') >> nth=0",),
    ),
    Screen("segmentation_scores", "crm_segmentation.crm_segment_menu_score", ".o_list_view"),
    Screen(
        "segmentation_score_form",
        "crm_segmentation.crm_segment_menu_score",
        ".o_list_view",
        (".o_data_cell[name=name]:has-text('Fit for the dealer') >> nth=0",),
    ),
    Screen(
        "segmentation_score_parameter",
        "crm_segmentation.crm_segment_menu_score",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Fit for the dealer') >> nth=0",
            ".o_data_cell[name=name]:has-text('Amount of won deals') >> nth=0",
        ),
    ),
    Screen(
        "segmentation_score_preview",
        "crm_segmentation.crm_segment_menu_score",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Fit for the dealer') >> nth=0",
            "button:has-text('Try Other Weights')",
            ".modal .o_notebook a[name=thresholds]",
            ".modal .o_data_row:has-text('First rank') .o_data_cell[name=score_from]",
            (".modal .o_field_widget[name=score_from] input", "95"),
            ".modal .o_data_row:has-text('Second rank') .o_data_cell[name=score_from]",
            (".modal .o_field_widget[name=score_from] input", "25"),
            ".modal button[name=action_try]",
        ),
    ),
    Screen(
        "segmentation_score_explained",
        "crm_segmentation.crm_segment_menu_score",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Fit for the dealer') >> nth=0",
            "button[name=action_open_stored_members]",
            ".o_group_header >> nth=0",
            ".o_data_row .o_data_cell[name=partner_id] >> nth=0",
        ),
    ),
    Screen(
        "segmentation_crossing",
        "crm_segmentation.crm_segment_menu_crossing",
        ".o_crm_crossing_cell",
    ),
    Screen(
        "segmentation_by_class", "crm_segmentation.res_partner_menu_by_class", ".o_search_panel"
    ),
    Screen(
        "segmentation_contact_class",
        "crm_segmentation.res_partner_menu_by_class",
        ".o_search_panel",
        (
            ".o_search_panel_filter_value:has-text('First rank') input >> nth=0",
            ".o_data_row .o_data_cell[name=complete_name] >> nth=0",
        ),
    ),
    Screen("segmentation_moves", "crm_segmentation.crm_segment_menu_move", ".o_list_view"),
    Screen("segmentation_relations", "crm_segmentation.crm_relation_menu", ".o_list_view"),
    Screen(
        "segmentation_relation_types", "crm_segmentation.crm_relation_type_menu", ".o_list_view"
    ),
    Screen(
        "segmentation_relation_contact",
        "crm_segmentation.crm_relation_menu",
        ".o_list_view",
        (
            ".o_data_row:has-text('Subsidiary') button[name=action_open_right] >> nth=0",
            ".o_notebook a[name=relations]",
            ".o_crm_relation_network .o_crm_middle",
        ),
    ),
    Screen(
        "segmentation_relation_network",
        "crm_segmentation.crm_relation_menu",
        ".o_list_view",
        (
            ".o_data_row:has-text('Subsidiary') button[name=action_open_right] >> nth=0",
            ".o_notebook a[name=relations]",
            ".o_crm_relation_large",
        ),
    ),
    Screen("segmentation_duplicates", "crm_segmentation.crm_duplicate_group_menu", ".o_list_view"),
    Screen(
        "segmentation_duplicate_compare",
        "crm_segmentation.crm_duplicate_group_menu",
        ".o_list_view",
        (".o_data_cell:has-text('Acme') >> nth=0",),
    ),
    Screen(
        "segmentation_duplicate_criteria",
        "crm_segmentation.crm_duplicate_criterion_menu",
        ".o_list_view",
    ),
    Screen(
        "segmentation_type_brings",
        "crm_segmentation.crm_type_menu_deal",
        ".o_list_view",
        (".o_data_cell[name=name]:has-text('Tender') >> nth=0",),
    ),
    Screen(
        "segmentation_required_fields",
        "crm_segmentation.crm_type_menu_company",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Dealer') >> nth=0",
            ".o_notebook a[name=requirements]",
        ),
    ),
    Screen(
        "segmentation_merge",
        "crm_segmentation.crm_type_menu_company",
        ".o_list_view",
        (
            ".o_data_row:has-text('Prospect') .o_list_record_selector input",
            ".o_data_row:has-text('Customer') .o_list_record_selector input",
            ".o_cp_action_menus button:has-text('Actions')",
            ".o-dropdown--menu .o_menu_item:has-text('Merge')",
        ),
    ),
    Screen("segmentation_companies", "crm_segmentation.res_partner_menu_companies", ".o_list_view"),
    Screen("segmentation_persons", "crm_segmentation.res_partner_menu_persons", ".o_list_view"),
    Screen(
        "segmentation_glance",
        "crm_segmentation.res_partner_menu_companies",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Wood Corner') >> nth=0",
            ".o_crm_glance_item >> nth=0",
        ),
    ),
    Screen(
        "segmentation_incomplete", "crm_segmentation.res_partner_menu_incomplete", ".o_list_view"
    ),
    Screen("segmentation_list_fields", "crm_segmentation.crm_list_field_menu", ".o_list_view"),
    Screen(
        "segmentation_list_field_real",
        "crm_segmentation.crm_list_field_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Own Warehouse') >> nth=0",
            "button[name=action_open_real]:visible",
        ),
    ),
    Screen("segmentation_deals_by_type", "crm_segmentation.crm_lead_menu_deal_type", ".o_pivot"),
    Screen(
        "segmentation_bulk_operations", "crm_segmentation.crm_bulk_operation_menu", ".o_list_view"
    ),
    Screen(
        "segmentation_bulk_change",
        "crm_segmentation.res_partner_menu_companies",
        ".o_list_view",
        (
            "thead .o_list_record_selector input",
            ".o_cp_action_menus button:has-text('Actions')",
            ".o-dropdown--menu .o_menu_item:has-text('Change in bulk')",
            (".modal .o_field_widget[name=user_ids] input", "Demo"),
            ".o-autocomplete--dropdown-item >> nth=0",
            ".modal .o_field_widget[name=also_persons] input",
            ".modal .o_field_widget[name=also_deals] input",
            (".modal .o_field_widget[name=reason] input", "Territory handed over"),
        ),
    ),
    Screen(
        "segmentation_bulk_dry_run",
        "crm_segmentation.crm_bulk_operation_menu",
        ".o_list_view",
        (
            ".o_searchview_facet .o_facet_remove",
            ".o_data_row:has-text('Dry Run') .o_data_cell[name=name] >> nth=0",
        ),
    ),
    Screen(
        "segmentation_bulk_rows",
        "crm_segmentation.crm_bulk_operation_menu",
        ".o_list_view",
        (
            ".o_searchview_facet .o_facet_remove",
            ".o_data_row:has-text('Dry Run') .o_data_cell[name=name] >> nth=0",
            "button[name=action_view_lines]",
        ),
    ),
    Screen(
        "segmentation_bulk_undo",
        "crm_segmentation.crm_bulk_operation_menu",
        ".o_list_view",
        (
            ".o_data_row:has-text('Watched by') .o_data_cell[name=name] >> nth=0",
            "button[name=button_undo]",
            ".modal .o_radio_item:has-text('Only for records') input",
        ),
    ),
    Screen("ladder_pains", "crm_marketing_ladder.crm_pain_menu", ".o_list_view"),
    Screen(
        "ladder_pain_form",
        "crm_marketing_ladder.crm_pain_menu",
        ".o_list_view",
        (".o_data_row .o_data_cell[name=name] >> nth=0",),
    ),
    Screen(
        "ladder_differentiators", "crm_marketing_ladder.crm_differentiator_menu", ".o_list_view"
    ),
    Screen("ladder_steps", "crm_marketing_ladder.crm_ladder_of_recognition_menu", ".o_list_view"),
    Screen(
        "ladder_directorates", "crm_marketing_ladder.crm_sales_directorate_menu", ".o_list_view"
    ),
    Screen("ladder_messages", "crm_marketing_ladder.crm_marketing_message_menu", ".o_list_view"),
    Screen("ladder_contents", "crm_marketing_ladder.crm_content_menu", ".o_list_view"),
    Screen("ladder_board", "crm_marketing_ladder.crm_content_menu_board", ".o_kanban_record"),
    Screen(
        "ladder_content_form",
        "crm_marketing_ladder.crm_content_menu",
        ".o_list_view",
        (".o_data_cell[name=name]:has-text('What an hour offline costs') >> nth=0",),
    ),
    Screen("ladder_goals", "crm_marketing_ladder.crm_communication_goal_menu", ".o_list_view"),
    Screen("ladder_lists", "crm_marketing_ladder.crm_marketing_list_menu", ".o_list_view"),
    Screen("ladder_prospects", "crm_marketing_ladder.crm_lead_menu_ladder", ".o_list_view"),
    Screen(
        "ladder_deal",
        "crm_marketing_ladder.crm_lead_menu_ladder",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Firewalls for the branches') >> nth=1",
            ".nav-link[name=ladder]",
        ),
    ),
    Screen(
        "ladder_criteria",
        "crm_marketing_ladder.crm_lead_menu_ladder",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Switches for a project') >> nth=1",
            ".nav-link[name=criteria]",
        ),
    ),
    Screen(
        "ladder_coverage_map",
        "crm_marketing_ladder.crm_coverage_map_menu",
        ".o_crm_coverage_map .o_crm_hole",
    ),
    Screen(
        "ladder_funnel",
        "crm_marketing_ladder.crm_ladder_funnel_menu",
        ".o_crm_ladder_funnel .o_crm_stuck",
    ),
    Screen(
        "ladder_what_wins",
        "crm_marketing_ladder.crm_what_wins_menu",
        ".o_crm_what_wins .text-bg-success",
    ),
    Screen("ladder_moves", "crm_marketing_ladder.crm_ladder_move_menu", ".o_list_view"),
    Screen("lead_assign_unassigned", "crm_lead_assign.crm_lead_menu_unassigned", ".o_list_view"),
    Screen("lead_assign_teams", "crm_lead_assign.crm_team_menu_assignment", ".o_list_view"),
    Screen(
        "lead_assign_members",
        "crm_lead_assign.crm_team_member_menu_assignment",
        ".o_list_view",
    ),
    Screen("lead_assign_schedule", "crm_lead_assign.ir_cron_menu_lead_assign", ".o_form_view"),
    Screen(
        "groups_tree",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        ("button.o_switch_view.o_hierarchy", ".o_hierarchy_node_button >> nth=0"),
    ),
    Screen(
        "groups_rule",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (".o_data_cell[name=complete_name]:has-text('West') >> nth=0",),
    ),
    Screen(
        "groups_preview",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('West') >> nth=0",
            ".o_field_widget[name=applies_to] input, .o_field_widget[name=applies_to] select",
            ".o_select_menu_item:has-text('Companies and persons')",
        ),
    ),
    Screen(
        "groups_access",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Key accounts') >> nth=0",
            ".o_notebook a[name=access]",
        ),
    ),
    Screen(
        "groups_card_settings",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Dealers') >> nth=0",
            ".o_notebook a[name=card]",
        ),
    ),
    Screen(
        "groups_contact_card",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('VIP') >> nth=0",
            "button[name=action_open_contacts] >> nth=0",
            ".o_data_cell >> nth=0",
            ".o_notebook a[name=sales_purchases]",
        ),
    ),
    Screen("groups_history", "crm_groups.crm_contact_group_history_menu", ".o_graph_renderer"),
    Screen(
        "groups_kanban",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        ("button.o_switch_view.o_kanban",),
    ),
    Screen(
        "groups_new",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (".o_list_button_add", ".o_field_widget[name=kind] label:has-text('kept up to date')"),
    ),
    Screen(
        "groups_actions",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Dealers') >> nth=0",
            ".o_notebook a[name=actions]",
        ),
    ),
    Screen(
        "groups_closing",
        "crm_groups.crm_contact_group_menu",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Dealers') >> nth=0",
            ".o_cp_action_menus button",
            ".o-dropdown--menu .o_menu_item:has-text('Archive')",
        ),
    ),
    Screen("groups_tags", "crm_groups.crm_contact_group_tags_menu", ".modal .o_form_view"),
    # Empty, and saying what belongs there, until somebody changes contacts in bulk.
    Screen(
        "groups_bulk_changes",
        "crm_groups.crm_contact_group_operation_menu",
        ".o_view_controller",
    ),
    Screen("groups_price_check", "crm_groups.crm_contact_group_price_check_menu", ".o_form_view"),
    Screen(
        "groups_access_check",
        "crm_groups.crm_contact_access_check_menu",
        ".o_form_view",
        (
            ".o_field_widget[name=partner_id] input",
            ".o-autocomplete--dropdown-item >> nth=0",
        ),
    ),
    Screen(
        "groups_bulk",
        "crm_groups.res_partner_menu_by_group",
        ".o_search_panel",
        (
            "thead .o_list_record_selector input",
            ".o_cp_action_menus button:has-text('Actions')",
            ".o-dropdown--menu .o_menu_item:has-text('Contact groups')",
        ),
    ),
    Screen(
        "lead_assign_overview",
        "crm_lead_assign.crm_assignment_report_menu",
        ".o_crm_assignment_card",
    ),
    Screen(
        "lead_assign_why",
        "crm_lead_assign.crm_lead_menu_unassigned",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Servers for a hotel group') >> nth=0",
            # It says at once why nobody has it; there are no candidates to be opened.
            ".o_crm_assignment_summary",
        ),
    ),
    Screen(
        "lead_assign_team_rules",
        "crm_lead_assign.crm_team_menu_assignment",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('Europe Enquiries') >> nth=0",
            ".nav-link[name=assignment]",
        ),
    ),
    Screen(
        "lead_assign_member_rules",
        "crm_lead_assign.crm_team_menu_assignment",
        ".o_list_view",
        (
            ".o_data_cell[name=name]:has-text('North America Enquiries') >> nth=0",
            ".nav-link[name=assignment_members]",
        ),
    ),
    Screen(
        "lead_assign_member_form",
        "crm_lead_assign.crm_team_member_menu_assignment",
        ".o_list_view",
        (".o_data_row:has-text('Country is Canada') .o_list_record_open_form_view >> nth=0",),
    ),
    Screen("lead_assign_runs", "crm_lead_assign.crm_assignment_run_menu", ".o_list_view"),
    Screen(
        "lead_assign_preview",
        "crm_lead_assign.crm_assignment_run_menu",
        ".o_list_view",
        (".o_data_row:has-text('Preview') .o_data_cell[name=trigger] >> nth=0",),
    ),
    Screen(
        "lead_assign_decisions",
        "crm_lead_assign.crm_assignment_run_menu",
        ".o_list_view",
        (
            ".o_data_row:has-text('Preview') .o_data_cell[name=trigger] >> nth=0",
            "button[name=action_view_decisions]",
            ".o_group_header >> nth=0",
            ".o_data_row .o_data_cell[name=lead_name] >> nth=0",
        ),
    ),
    Screen("lead_assign_territories", "crm_lead_assign.crm_territory_menu", ".o_list_view"),
    Screen(
        "lead_assign_territory_form",
        "crm_lead_assign.crm_territory_menu",
        ".o_list_view",
        (".o_data_cell[name=complete_name]:has-text('Benelux') >> nth=0",),
    ),
    Screen("lead_assign_mailboxes", "crm_lead_assign.crm_shared_mailbox_menu", ".o_list_view"),
    # Figures of what was carried out: empty, and saying so, until then.
    Screen(
        "lead_assign_all_decisions",
        "crm_lead_assign.crm_assignment_decision_menu",
        ".o_view_controller",
    ),
    Screen("lead_assign_time", "crm_lead_assign.crm_assignment_speed_menu", ".o_graph_view"),
    Screen(
        "lead_assign_fairness", "crm_lead_assign.crm_assignment_run_menu_fairness", ".o_graph_view"
    ),
    Screen("lead_assign_settings", "crm.crm_config_settings_menu", "#lead_assign_on_create"),
    Screen("lead_assign_handover", "crm_lead_assign.crm_team_menu_handover", ".o_list_view"),
    Screen("lead_assign_check", "crm_lead_assign.crm_assignment_check_menu", ".o_list_view"),
    # Empty, and saying what belongs there, until somebody asks.
    Screen(
        "lead_assign_what_if",
        "crm_lead_assign.crm_assignment_simulation_menu",
        ".o_view_controller",
    ),
    # Owners of contacts.
    Screen("segmentation_owner_free", "crm_segmentation.owner_menu_free", ".o_list_view"),
    Screen(
        "segmentation_owner_free_form",
        "crm_segmentation.owner_menu_free",
        ".o_list_view",
        (".o_data_cell[name=complete_name]:has-text('Harbour Tools') >> nth=0",),
    ),
    Screen("segmentation_owner_soon", "crm_segmentation.owner_menu_releasing", ".o_list_view"),
    Screen(
        "segmentation_owner_contact",
        "crm_segmentation.owner_menu_releasing",
        ".o_list_view",
        (
            ".o_data_cell[name=complete_name]:has-text('Riverside Furniture') >> nth=0",
            ".o_notebook a[name=sales_purchases]",
        ),
    ),
    Screen("segmentation_owner_changes", "crm_segmentation.owner_menu_change", ".o_list_view"),
    Screen(
        "segmentation_owner_pivot",
        "crm_segmentation.owner_menu_change",
        ".o_list_view",
        ("button.o_switch_view.o_pivot", ".o_pivot th >> nth=0"),
    ),
    Screen("segmentation_owner_runs", "crm_segmentation.owner_menu_operation", ".o_list_view"),
    Screen(
        "segmentation_owner_release",
        "crm_segmentation.owner_menu_operation",
        ".o_list_view",
        ("button[name=action_preview_release]",),
    ),
    Screen(
        "segmentation_owner_handover",
        "crm_segmentation.owner_menu_handover",
        ".modal .o_form_view",
        (
            ".o_field_widget[name=from_user_ids] input",
            ".o-autocomplete--dropdown-item >> nth=0",
            ".o_field_widget[name=new_user_id] input",
            ".o-autocomplete--dropdown-item >> nth=1",
        ),
    ),
    Screen(
        "segmentation_owner_settings",
        "crm.crm_config_settings_menu",
        "#owner_release",
        ("#owner_release",),
    ),
    # Last: it makes the administrator watch the companies of the page.
    Screen(
        "segmentation_bulk_running",
        "crm_segmentation.res_partner_menu_companies",
        ".o_list_view",
        (
            "thead .o_list_record_selector input",
            ".o_cp_action_menus button:has-text('Actions')",
            ".o-dropdown--menu .o_menu_item:has-text('Change in bulk')",
            ".modal .o_field_widget[name=contact_operation] input",
            ".o_select_menu_item:has-text('Watch')",
            ".modal button[name=action_preview]",
            "button[name=button_apply]:visible",
        ),
        parameter=("crm_segmentation.bulk_background", "1"),
    ),
)


class Session:
    """A logged-in browser that remembers what went wrong."""

    def __init__(self, page: Page, url: str):
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)
        page.on("response", self._on_response)
        self._has_screen = False
        self._pending: set = set()
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_done)
        page.on("requestfailed", self._on_done)

    def _on_console(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _on_request(self, request) -> None:
        if request.resource_type in ("xhr", "fetch", "image"):
            self._pending.add(request)

    def _on_done(self, request) -> None:
        self._pending.discard(request)

    def settle(self) -> None:
        """Wait until what was asked of the server has come and is drawn.

        The bus keeps a connection open for good, so "no connection" never comes.
        """
        while True:
            self.page.evaluate(
                "() => new Promise((done) =>"
                " requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
            )
            if not self._pending:
                return
            with suppress(PlaywrightTimeout):
                self.page.wait_for_event("requestfinished", timeout=1000)

    def _on_response(self, response) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def log_in(self, login: str = "admin", password: str = "admin") -> None:
        self.page.goto(f"{self.url}/web/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]:visible")
        # The first page of a database has its scripts and styles made.
        self.page.wait_for_selector(".o_web_client", timeout=FIRST_PAGE_SECONDS * 1000)

    def menu_path(self, menu: str) -> str:
        """Where a menu leads, asked of the web client itself."""
        self.page.wait_for_function("() => window.odoo?.__WOWL_DEBUG__?.root")
        return self.page.evaluate(
            """(xmlid) => {
                const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
                const menu = menus.getAll().find((item) => item.xmlid === xmlid);
                if (!menu) { throw new Error(`no menu ${xmlid} for this user`); }
                return `/odoo/action-${menu.actionID}?menu_id=${menu.appID}`;
            }""",
            menu,
        )

    def select_menu(self, menu: str) -> None:
        """Do what a click on a menu does; return when its screen has replaced the one before."""
        self.page.evaluate(
            """(xmlid) => {
                const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
                return menus.selectMenu(menus.getAll().find((item) => item.xmlid === xmlid));
            }""",
            menu,
        )

    def open(self, screen: Screen) -> None:
        self.page.mouse.move(0, 0)  # what it points at shows a hint
        # The web client is loaded anew only where the screen before left something behind.
        if self._has_screen and not self.page.locator(LEFT_BEHIND).count():
            self.select_menu(screen.menu)
        else:
            self.page.goto(self.url + self.menu_path(screen.menu))
            self._has_screen = True
        self.page.wait_for_selector(screen.expect)
        for step in screen.clicks:
            self.settle()
            if isinstance(step, str):
                self.page.click(step)
            else:
                self.page.fill(*step)
        self.settle()

    def call(self, model: str, method: str, *arguments):
        """What a method of a model answers, asked by the web client."""
        return self.page.evaluate(
            "([model, method, arguments]) =>"
            " odoo.__WOWL_DEBUG__.root.env.services.orm.call(model, method, arguments)",
            [model, method, list(arguments)],
        )

    def take(self, screen: Screen, folder: Path) -> Path:
        if not screen.parameter:
            return self._take(screen, folder)
        key, value = screen.parameter
        before = self.call("ir.config_parameter", "get_param", key)
        self.call("ir.config_parameter", "set_param", key, value)
        try:
            return self._take(screen, folder)
        finally:
            self.call("ir.config_parameter", "set_param", key, before)

    def _take(self, screen: Screen, folder: Path) -> Path:
        self.open(screen)
        path = folder / f"{screen.name}.png"
        self.page.screenshot(path=path)
        return path


class Browser:
    """Chromium for the length of a ``with``; yields a ``Session``."""

    def __init__(self, url: str, login: str = "admin", password: str = "admin"):
        self.url = url
        self.login = login
        self.password = password

    def __enter__(self) -> Session:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        # Nothing fades in: a picture in the middle of it would show pale texts.
        page = self._browser.new_page(viewport=SIZE, reduced_motion="reduce")
        session = Session(page, self.url)
        session.log_in(self.login, self.password)
        return session

    def __exit__(self, *_exc) -> None:
        self._browser.close()
        self._playwright.stop()


def main(url: str, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with Browser(url) as session:
        for screen in SCREENS:
            print(session.take(screen, folder))
    for error in session.errors:
        print(f"Error: {error}", file=sys.stderr)
    return 1 if session.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2])))
