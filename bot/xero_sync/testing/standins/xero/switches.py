"""What nobody has seen Xero do, as switches: the raw reply differs, and the product has to pass on both."""

from dataclasses import dataclass


@dataclass
class Switches:
    """One field per [unknown] of the Xero API facts; section numbers are that page's.

    if_modified_since_is_inclusive: a document changed exactly then is listed (4, 12.4).
    if_modified_since_takes_zones: a zone or Z is understood; False answers 412 (4, 12.4).
    duplicate_name_ignores_case: "acme" clashes with "Acme" (2, 12.2).
    duplicate_counts_archived: a name clashes with an archived option's too (2, 12.2).
    post_active_restores_option: POST Status ACTIVE brings an archived option back; False answers 400 (2, 12.2).
    put_options_may_answer_without_id: PUT Options answers 200 without TrackingOptionID and makes nothing (2).
    not_unique_but_created: PUT Options answers 400 "must be unique" and yet creates the option (2; seen for whole categories).
    renaming_moves_updated_date: renaming an option gives every document on it a new UpdatedDateUTC.
    tracking_edit_moves_updated_date: an edit of tracking alone gives a new UpdatedDateUTC (4, 12.3).
    payment_moves_updated_date: so does a payment or an allocation (4, 12.3).
    tracking_has_option_ids: lines show TrackingOptionID beside the names; a sample of the docs lacks it (3).
    keeps_archived_option_on_new_line: a written line may name an archived option; False drops it silently (3, 12.1).
    credit_note_tracking_is_editable: POST may change tracking on an AUTHORISED credit note (4, 12.6).
    paid_bill_is_editable: tracking on a paid bill may be changed; refused before 19 March 2026 (4).
    old_refresh_token_survives_use_of_new: within its 30 minutes, also after the new one was used (1, 12.7).
    has_updated_string: UpdatedDateUTCString beside UpdatedDateUTC; it may be absent (9).
    """

    if_modified_since_is_inclusive: bool = True
    if_modified_since_takes_zones: bool = True
    duplicate_name_ignores_case: bool = True
    duplicate_counts_archived: bool = True
    post_active_restores_option: bool = True
    put_options_may_answer_without_id: bool = False
    not_unique_but_created: bool = False
    renaming_moves_updated_date: bool = False
    tracking_edit_moves_updated_date: bool = True
    payment_moves_updated_date: bool = True
    tracking_has_option_ids: bool = True
    keeps_archived_option_on_new_line: bool = False
    credit_note_tracking_is_editable: bool = True
    paid_bill_is_editable: bool = True
    old_refresh_token_survives_use_of_new: bool = True
    has_updated_string: bool = True
