"""What is not known of Scoro, one switch for each question."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Open questions about Scoro. A default is the likelier answer; whoever talks to Scoro must live with every other one."""

    lines_modify: Literal["replace", "merge"] = "replace"
    """Section 2.2: does `modify` with `lines` replace the set, or merge it by `id`?"""
    header_project_overwrites_lines: bool = True
    """Section 2.2: does a header `project_id` overwrite those of the lines? In the one body seen every line carried the header's."""
    invoice_accepts_line_projects: bool = True
    """Section 2.2: "-1 = project set per line" is stated for bills, not for invoices. False: both -1 and line projects are dropped there."""
    line_projects_can_be_set: bool = True
    """Section 2.2: `lines[].project_id` is typed; nobody was seen writing it. False: it is dropped with status OK, wherever it stands."""
    line_sum_wins: bool = True
    """Section 3: a line's `sum` against price x amount, which wins?"""
    attach_moves_modified_date: bool = True
    """Section 8.5: does putting a document on a project move its `modified_date`?"""
    unknown_project_in_write: Literal["dropped", "refused"] = "dropped"
    """Section 1: failed validation, exact code and text. "dropped" is what happens to malformed keys: status OK, nothing stored."""
    finance_objects_writable: bool = False
    """Section 3: read-only, some 95 % sure."""
    finance_objects_write_answers_ok: bool = False
    """Section 0.5: a write of objects is answered OK and nothing is made. Only looked at while they are not writable."""

    errors_under_http_200: bool = False
    """Section 1: body status and HTTP code need not agree. A 429 and a block at the edge keep theirs."""
    unknown_id: Literal["404", "200"] = "404"
    """Section 1: unknown id, exact code."""
    refused_action_code: int = 403
    """Section 1: unknown module, unknown action, an action the module lacks."""
    error_form: Literal["messages.error", "errors", "list", "string"] = "messages.error"
    """Section 1: `messages.error[]` was read by some clients, a top-level `errors` by another; lists and strings occur."""
    unknown_site_status: int = 200
    """Section 1: a wrong site name gets an HTML page; under which HTTP code is not said."""
    edge_blocks_library_agents: bool = True
    """Section 1: Cloudflare turned a default Python agent away and let others pass."""

    detailed_lists_have_lines: bool = False
    """Section 2.2 and 8.4: `lines` in a detailed list."""
    detailed_lists_have_custom_fields: bool = True
    """Section 2.3: `custom_fields` in a detailed list, seen for projects and tasks only."""
    from_date_accepts_time: bool = True
    """Section 5: a time in `from_date` or `to_date`. False: the time is dropped and the day's 00:00:00 counts."""
    project_name_filter: Literal["ignored", "exact", "contains"] = "ignored"
    """Section 2.1: a `project_name` filter."""
    any_field_is_filterable: bool = False
    """Section 5: filters by fields that no source names, such as `no`."""
    lists_start_with: Literal["lowest_id", "last_modified"] = "lowest_id"
    """Section 5: the default order of a list."""
    lists_show_other_entities: bool = False
    """Section 1: `company_account_id` picks the entity; does a list show projects of the site's other entities?"""
    deleted_can_be_viewed: bool = True
    """Section 2.6: after a delete the webhook body still had the document; does a view?"""
    limit_window: Literal["sliding", "fixed"] = "sliding"
    """Section 4: is the 2-second window sliding or fixed?"""

    status_code: Literal["mixed", "number", "string"] = "mixed"
    """Section 1: `statusCode` came as number and as string."""
    datetimes: Literal["mixed", "plain", "iso"] = "mixed"
    """Section 5: documented two ways. "mixed" is plain in lists and ISO 8601 in views; `deleted_date` is always ISO 8601."""
    empty_dates: Literal["mixed", "null", "blank", "zeros"] = "mixed"
    """Section 5: empty dates came in three forms. "mixed" gives each field one of them."""
    names_are_html_escaped: bool = True
    """Section 2.1: names came with `&amp;`."""
    document_project_name_has_number: bool = False
    """Section 2.1: `project_name` on a document read "3576 - Name"; Scoro's doing or the site's?"""

    sync_resets_project: bool = False
    """Section 6.4: our edit may be reset by its next run."""
    sync_rewrites_lines: bool = False
    """Section 6.4: does its next run write the lines anew though only the header changed in Xero? A line divided in Scoro is one again then."""
    copied_bills_keep_xero_number: bool = True
    """Section 8.7: which `no` a pulled bill gets. False: a number of Scoro's own, with Xero's in `reference_no`."""
    void_deletes_copy: bool = False
    """Section 6.2: what a void in Xero does to the copy."""
