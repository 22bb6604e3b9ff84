"""A form of the portal is a door, or there is a reason why it is none."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver, resolve

from tests.access_matrix import MATRIX
from tests.bad_inputs.doors import DOORS

NOTHING = "a button: nothing is typed or chosen"
SAME = "the same form as a door has, at another address"
SIGNING_IN = "test_signing_in sends hostile texts"
IN_MONITORING = "the tests of monitoring send bad inputs to each of its fields"
IN_UPKEEP = "the tests of upkeep send bad inputs to its fields"
NO_DOOR = {
    **dict.fromkeys(
        (
            *("account_logout", "usersessions_list", "seat", "look_start", "look_stop"),
            *("person_reactivate", "invitation_resend", "invitation_withdraw", "customer_keep"),
            *("customer_erase", "api_key_revoke", "job_stop", "notice_retry", "alarm_clear"),
            *(
                "acknowledge",
                "takeout",
                "provider_take_out",
                "provider_keep",
                "operator_resume",
                "operator_keep",
            ),
            *("first_hour_skip", "first_hour_dismiss", "contract_withdraw", "contract_cancel"),
            *("tier_hide", "tier_offer", "tier_clause_remove", "warranty_remove"),
            *("import_confirm", "import_recheck", "timer_start", "timer_discard", "queue_claim"),
            *("ticket_unwatch", "ticket_claim", "ticket_approve", "ticket_resume"),
            *("ticket_close", "ticket_unmerge", "statement_month", "audit_export"),
            *("drop_account_close", "backup_release", "backup_plan_pause", "backup_plan_resume"),
            *("device_backup_ask", "ticket_backup", "device_rehearse", "restore_cancel"),
            *("restore_recheck", "restore_resume", "change_cancel"),
            *("advisory_withdraw", "campaign_start", "campaign_resume", "campaign_cancel"),
            "firmware_update_leave_out",
            *("agent_code", "agent_revoke", "check_address", "check_ask", "check_pause"),
            "check_remove",
            *("check_resume", "connection_remove", "credential_remove", "host_key_look"),
            *("network_forbid", "work_cancel", "device_health_check", "health_item_ticket"),
            *("inspection_begin", "inspection_difference_accept", "inspection_difference_decline"),
            *("device_inspection", "checklist_line_earlier", "checklist_line_later"),
            "checklist_line_retire",
        ),
        NOTHING,
    ),
    **dict.fromkeys(("person_deactivate",), SAME),
    "sign_up_confirm": "the form of `join`, behind a link",
    "import_new": "a file: test_uploads and the tests of imports send hostile ones",
    "backup_upload": "a file: the tests of bringing and of the drop send hostile ones",
    "drop_account": "public keys only: the tests of accounts send what is none",
    "provider_close": "behind a second step: the same form as operator_delete",
    **dict.fromkeys(
        (
            *("account_login", "account_signup", "account_reauthenticate", "account_set_password"),
            *("account_change_password", "account_reset_password"),
            *("account_reset_password_from_key", "mfa_authenticate", "mfa_reauthenticate"),
            *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
            *("mfa_download_recovery_codes", "mfa_add_webauthn", "mfa_login_webauthn"),
            *("mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        ),
        SIGNING_IN,
    ),
    # A secret that is taken lies sealed: no visit could find it in a row again.
    **dict.fromkeys(
        (
            *("agent_new", "check_edit", "check_new", "check_try", "connection_edit"),
            *("connection_new", "credential_edit", "credential_new", "credential_reveal"),
            *("device_setup", "host_key_confirm", "networks", "work_edit", "work_new"),
            *("work_preview", "incident_close", "monitoring_rules"),
            *("health_item", "health_report_sign", "health_thresholds"),
        ),
        IN_MONITORING,
    ),
    **dict.fromkeys(
        (
            *("inspection_date", "inspection_cancel", "inspection_sync", "inspection_photo_add"),
            *("checklist_line_new", "checklist_line_edit"),
        ),
        "the tests of inspections send bad times, words, entries and files",
    ),
    **dict.fromkeys(
        (
            *("backup_hold", "backup_let_go", "backup_plan", "backup_restore", "restore_confirm"),
            *("change_ask", "change_by_hand", "change_make", "change_undo"),
            *("release_new", "release_edit", "advisory_new", "version_record"),
            *("campaign_new", "campaign_pause", "firmware_update_record"),
            "firmware_update_telephone",
            "our_firmware_answer",
        ),
        IN_UPKEEP,
    ),
    **dict.fromkeys(("agent_enrol", "beat", "beat_said"), "programs speak there, not people"),
    **dict.fromkeys(("healthz", "icons"), "answers every method alike"),
}


def posted_to() -> set[str]:
    """Return the addresses of pages that are posted to."""
    return {
        name
        for name, row in MATRIX.items()
        if re.match(r"(?!api_)|api_key", name) and not is_only_read(set(row["POST"].split()))
    }


def is_only_read(statuses: set[str]) -> bool:
    """Do all who come that far hear that there is no such method?"""
    return "405" in statuses and statuses <= {"302", "403", "404", "405"}


def name_of(address: str) -> str:
    """Return the name of an address of which the ids are not known."""
    path = re.sub(r"\{\w*ref\}", "CC-1001", address.partition("?")[0]).replace("{link}", LINK)
    return str(resolve(re.sub(r"\{\w+\}", "1", path)).url_name)


LINK = "/invitation/token/"


def test_every_form_has_a_door_or_a_reason_for_none() -> None:
    doors = {name_of(door.sent_to or door.path) for door in DOORS}
    assert posted_to() - doors - NO_DOOR.keys() == set()


def test_no_reason_outlives_its_form() -> None:
    doors = {name_of(door.sent_to or door.path) for door in DOORS}
    assert doors & NO_DOOR.keys() == set()
    assert NO_DOOR.keys() - posted_to() == set()
    assert len({door.name for door in DOORS}) == len(DOORS)


# Buttons that send along which row or choice of the page they mean: nothing that anybody types.
CHOSEN = {
    "audit_export": "the filter of the list above it, and one of two forms",
    "queue_claim": "the ticket of its row",
    "statement_month": "the month of its page",
    "takeout": "a tick for internal notes",
    "ticket_unwatch": "the person beside it",
    **dict.fromkeys(
        ("ticket_approve", "ticket_claim", "ticket_close", "ticket_resume", "ticket_unmerge"),
        "the form of all acts, without a field for these",
    ),
}
# What a view does that takes more than the press of a button.
TAKES_VALUES = re.compile(r"request\.(POST|FILES)\b|(?<!Nothing)Form\(")


def source_of(name: str) -> str:
    """Return the source of the view behind an address."""
    views = {
        pattern.name: pattern.callback
        for pattern in patterns_of(get_resolver().url_patterns)
        if pattern.name == name
    }
    return inspect.getsource(inspect.unwrap(views[name]))


def patterns_of(found: list[Any]) -> Iterator[Any]:
    for pattern in found:
        yield from (
            patterns_of(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
        )


def test_a_button_that_grows_a_field_needs_a_door() -> None:
    buttons = sorted(name for name, reason in NO_DOOR.items() if reason == NOTHING)
    grown = [
        name for name in buttons if TAKES_VALUES.search(source_of(name)) and name not in CHOSEN
    ]
    assert grown == []
    assert not CHOSEN.keys() - set(buttons)
