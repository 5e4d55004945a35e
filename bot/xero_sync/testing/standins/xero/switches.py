"""What nobody has seen Xero do, as switches: the raw reply differs, and the product has to pass on both.

Two questions of the facts are no switch, since no reply shows the answer: whether the replies to writes count as egress (12.9), and why tracking
on bank transactions was dropped "sometimes" (section 3; that it can be is `good_tracking_is_dropped`).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Open questions about Xero. A default is the likelier answer; whoever talks to Xero must live with every other one."""

    # Signing in (section 1).
    old_refresh_token_survives_use_of_new: bool = True
    """Section 1, 12.7: a replaced refresh token has 30 minutes. True: all of them. False: until its successor is used."""
    web_app_takes_pkce: bool = True
    """Section 1: PKCE on top of an app with a secret. True: it is checked. False: the sign-in page is an HTML error."""

    # Lists (section 4).
    if_modified_since_is_inclusive: bool = True
    """Section 4, 12.4: a document changed in that very second. True: it is listed. False: only later ones are."""
    if_modified_since_takes_zones: bool = True
    """Section 4, 12.4: a zone or Z in If-Modified-Since. True: it is understood. False: 412."""
    tracking_edit_moves_updated_date: bool = True
    """Section 4, 12.3: an edit of tracking alone. True: a new UpdatedDateUTC. False: the old one stays."""
    payment_moves_updated_date: bool = True
    """Section 4, 12.3: a payment or an allocation. True: a new UpdatedDateUTC. False: the old one stays."""
    renaming_moves_updated_date: bool = False
    """Section 2: renaming an option or category. True: every document on it gets a new UpdatedDateUTC. False: none does."""
    tracking_has_option_ids: bool = True
    """Section 3: lines name the option. True: with its TrackingOptionID. False: by name only, as in a sample of the docs."""
    has_updated_string: bool = True
    """Section 9: UpdatedDateUTCString, new in July 2026. True: it is there. False: it is absent."""

    # Options (section 2).
    duplicate_name_ignores_case: bool = True
    """Section 2, 12.2: "acme" beside "Acme". True: 400, must be unique. False: both may be."""
    duplicate_counts_archived: bool = True
    """Section 2, 12.2: the name of an archived option. True: 400, must be unique. False: it may be made anew."""
    post_active_restores_option: bool = True
    """Section 2, 12.2: POST Status ACTIVE on an archived option. True: it is active again. False: 400."""
    put_options_may_answer_without_id: bool = False
    """Section 2: PUT Options was seen to make nothing. True: 200 without TrackingOptionID and no option. False: the option with its id."""
    not_unique_but_created: bool = False
    """Section 2: a whole category was refused and its new option made. True: so is PUT Options, 400 and yet made. False: 200."""
    put_options_takes_json_list: bool = False
    """Section 2, 12.10: PUT Options with {"Options": [...]}, as its XML may. True: all are made. False: 400."""
    options_have_hard_limit: bool = False
    """Section 2: 100 options a category are the soft limit. True: one more is 400. False: there may be more."""
    long_name: Literal["refused", "cut"] = "refused"
    """Section 2, 12.1: a name of more than 100 characters. "refused": 400. "cut": the first 100 are kept."""
    third_category_status: Literal[400, 500] = 400
    """Section 2, 12.1: a third active category is refused. 400: as a ValidationException. 500: as an error in Xero."""
    used_option_delete_status: Literal[400, 500] = 400
    """Section 2, 12.1: DELETE of an option that is in use is refused. 400: as a ValidationException. 500: as an error in Xero."""
    unquoted_texts_are_bare: bool = False
    """Section 12.1: refusals whose text nobody has quoted. True: nothing but "A validation exception occurred". False: a sentence of ours."""

    # Lines and documents written (sections 3 and 4).
    archived_option_on_new_line: Literal["dropped", "kept", "refused"] = "dropped"
    """Section 3, 12.1: a written line names an archived option. "dropped": without a word. "kept": it stands there. "refused": 400."""
    good_tracking_is_dropped: bool = False
    """Section 3: right tracking was dropped on bank transactions. True: so it is on every line that has none yet. False: it is kept."""
    credit_note_tracking_is_editable: bool = True
    """Section 4, 12.6: tracking posted to an approved credit note. True: it is changed. False: 400."""
    paid_bill_is_editable: bool = True
    """Section 4: tracking posted to a paid bill. True: it is changed, as told since 19 March 2026. False: 400, as before."""

    # Notices (section 5).
    tracking_edit_sends_notice: bool = True
    """Section 12.3: an edit of tracking alone. True: a webhook's INVOICE UPDATE is posted. False: none is."""
    payment_sends_notice: bool = True
    """Section 5, 12.3: a payment or an allocation. True: a webhook's INVOICE UPDATE is posted. False: none is."""
    notice_latency_seconds: Literal[5, 900] = 5
    """Section 5: how long after a change its notice is posted. 5: at once. 900: after a quarter of an hour."""

    # Errors (section 8) and links (section 4).
    not_found_type: Literal["text/plain", "text/html"] = "text/plain"
    """Section 8, 12.5: the Content-Type of a 404, whose body is a sentence. "text/plain": so it is called. "text/html": that is claimed."""
    too_many_calls_body: Literal["empty", "text", "json"] = "empty"
    """Section 8, 12.5: the body of a 429. "empty": none. "text": a sentence. "json": a problem with Title, Status and Detail."""
    problem_keys_are_lower_case: bool = False
    """Section 8: the keys of a problem were seen both ways. True: `title`, `status`, `detail`. False: `Title`, `Status`, `Detail`."""
    app_bill_link_works: bool = False
    """Section 4, 12.8: a bill's link as /app/{ShortCode}/bills/view/{id}. True: it shows the bill. False: 404. The login link always does."""
