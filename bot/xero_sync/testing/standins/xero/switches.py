"""What nobody has seen Xero do, as switches: the raw reply differs, and the product has to pass on both."""

from dataclasses import dataclass


@dataclass
class Switches:
    """Open questions about Xero. A default is the likelier answer; whoever talks to Xero must live with every other one."""

    if_modified_since_is_inclusive: bool = True
    """Section 4, 12.4: a document changed exactly then is listed."""
    if_modified_since_takes_zones: bool = True
    """Section 4, 12.4: a zone or Z is understood; False answers 412."""
    duplicate_name_ignores_case: bool = True
    """Section 2, 12.2: "acme" clashes with "Acme"."""
    duplicate_counts_archived: bool = True
    """Section 2, 12.2: a name clashes with an archived option's too."""
    post_active_restores_option: bool = True
    """Section 2, 12.2: POST Status ACTIVE brings an archived option back; False answers 400."""
    put_options_may_answer_without_id: bool = False
    """Section 2: PUT Options answers 200 without TrackingOptionID and makes nothing."""
    not_unique_but_created: bool = False
    """Section 2: PUT Options answers 400 "must be unique" and yet creates the option, as was seen for whole categories."""
    renaming_moves_updated_date: bool = False
    """Section 2: renaming an option gives every document on it a new UpdatedDateUTC."""
    tracking_edit_moves_updated_date: bool = True
    """Section 4, 12.3: an edit of tracking alone gives a new UpdatedDateUTC."""
    payment_moves_updated_date: bool = True
    """Section 4, 12.3: a payment or an allocation gives a new UpdatedDateUTC."""
    tracking_has_option_ids: bool = True
    """Section 3: lines show TrackingOptionID beside the names; a sample of the docs lacks it."""
    keeps_archived_option_on_new_line: bool = False
    """Section 3, 12.1: a written line may name an archived option; False drops it silently."""
    credit_note_tracking_is_editable: bool = True
    """Section 4, 12.6: POST may change tracking on an AUTHORISED credit note."""
    paid_bill_is_editable: bool = True
    """Section 4: tracking on a paid bill may be changed; refused before 19 March 2026."""
    old_refresh_token_survives_use_of_new: bool = True
    """Section 1, 12.7: the old one works within its 30 minutes, also after the new one was used."""
    has_updated_string: bool = True
    """Section 9: UpdatedDateUTCString beside UpdatedDateUTC; it may be absent."""
