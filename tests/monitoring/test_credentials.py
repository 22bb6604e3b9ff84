"""Keeping, changing, showing and removing secrets of customers' equipment."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from monitoring.actions.create_credential import create_credential
from monitoring.actions.edit_credential import edit_credential
from monitoring.actions.remove_credential import remove_credential
from monitoring.actions.reveal_credential import MOST_AN_HOUR, reveal_credential
from monitoring.credentials import open_credential
from monitoring.models import Connection, Credential
from tests.cast import Cast
from tests.stage import acting

SECRET = {"user": "svc-portal", "password": "corr3ct h0rse"}


def kept(cast: Cast, name: str = "Phone system") -> Credential:
    """Let Priya keep a password of Bayview's."""
    with acting(cast.priya):
        return create_credential(
            customer=cast.bayview, name=name, kind="password", secret=SECRET, actor=cast.priya
        )


def trail(viewer: Viewer, action: str) -> list[dict[str, Any]]:
    """Return what the audit trail says of an act, the oldest first."""
    with acting(viewer):
        rows = AuditEntry.objects.filter(action=action).order_by("number")
        return [json.loads(entry.body)["details"] for entry in rows]


def test_a_secret_lies_sealed_in_its_row_and_the_trail_does_not_name_it(cast: Cast) -> None:
    credential = kept(cast)
    assert "h0rse" not in credential.sealed
    assert credential.sealed.startswith(f"k1.{credential.key_id}.")
    with acting(cast.ruth):
        assert dict(open_credential(Credential.objects.get())) == SECRET
        bodies = " ".join(AuditEntry.objects.values_list("body", flat=True))
    assert "h0rse" not in bodies
    assert trail(cast.ruth, "credential.created") == [{"id": credential.pk, "kind": "password"}]


def test_a_name_is_taken_once_at_a_customer(cast: Cast) -> None:
    kept(cast)
    with pytest.raises(BadInput, match="already") as refusal:
        kept(cast)
    assert refusal.value.field == "name"
    with acting(cast.priya):
        assert Credential.objects.count() == 1


def test_what_cannot_be_used_leaves_nothing_behind(cast: Cast) -> None:
    with acting(cast.priya):
        with pytest.raises(BadInput):
            create_credential(
                customer=cast.bayview,
                name="Switch",
                kind="snmp_user",
                secret={"user": "u", "authentication": "short", "privacy": "short"},
                actor=cast.priya,
            )
        assert not Credential.objects.exists()


def test_technicians_and_customers_keep_no_secrets(cast: Cast) -> None:
    for viewer in (cast.dana, cast.amit):
        with acting(viewer), pytest.raises(NotAllowed):
            create_credential(
                customer=cast.bayview, name="x", kind="password", secret=SECRET, actor=viewer
            )


def test_a_rename_keeps_the_secret(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.priya):
        edit_credential(credential=credential, name="PBX", secret=None, actor=cast.priya)
        now = Credential.objects.get()
    assert (now.name, now.sealed) == ("PBX", credential.sealed)
    assert trail(cast.ruth, "credential.changed") == [{"id": now.pk, "secret": "kept"}]


def test_a_new_secret_replaces_the_former_one_whole(cast: Cast) -> None:
    credential = kept(cast)
    fresh = {"user": "svc-portal", "password": "another one"}
    with acting(cast.priya):
        edit_credential(credential=credential, name="PBX", secret=fresh, actor=cast.priya)
        assert dict(open_credential(Credential.objects.get())) == fresh


def test_saving_without_a_change_writes_nothing(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.priya):
        edit_credential(credential=credential, name=credential.name, secret=None, actor=cast.priya)
    assert trail(cast.ruth, "credential.changed") == []


def test_an_administrator_sees_the_secret_and_the_trail_says_why(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.ruth):
        opened = reveal_credential(
            credential=credential, reason="The customer moves away", actor=cast.ruth
        )
    assert dict(opened) == SECRET
    assert trail(cast.ruth, "credential.revealed") == [
        {"id": credential.pk, "reason": "The customer moves away"}
    ]


def test_nobody_else_sees_one(cast: Cast) -> None:
    credential = kept(cast)
    for viewer in (cast.priya, cast.dana, cast.amit):
        with acting(viewer), pytest.raises(NotAllowed):
            reveal_credential(credential=credential, reason="curious", actor=viewer)
    assert trail(cast.ruth, "credential.revealed") == []


def test_without_a_reason_nothing_is_shown(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.ruth), pytest.raises(BadInput) as refusal:
        reveal_credential(credential=credential, reason="", actor=cast.ruth)
    assert refusal.value.field == "reason"


def test_whoever_looks_at_very_many_within_an_hour_is_stopped(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.ruth):
        for number in range(MOST_AN_HOUR):
            reveal_credential(credential=credential, reason=f"number {number}", actor=cast.ruth)
        with pytest.raises(RuleBroken, match="30 secrets within an hour"):
            reveal_credential(credential=credential, reason="one more", actor=cast.ruth)
    assert len(trail(cast.ruth, "credential.revealed")) == MOST_AN_HOUR


def test_a_credential_in_use_is_not_removed(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.priya):
        Connection.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            device=cast.phone_system,
            driver="ssh",
            host="pbx.example.com",
            credential=credential,
        )
        with pytest.raises(RuleBroken, match="used to reach Main phone system"):
            remove_credential(credential=credential, actor=cast.priya)
        assert Credential.objects.count() == 1


def test_a_removed_credential_is_gone(cast: Cast) -> None:
    credential = kept(cast)
    with acting(cast.priya):
        remove_credential(credential=credential, actor=cast.priya)
        assert not Credential.objects.exists()
    assert trail(cast.ruth, "credential.removed")[0]["kind"] == "password"


def test_customers_people_cannot_read_the_table_at_all(cast: Cast) -> None:
    kept(cast)
    with (
        acting(cast.amit),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        list(Credential.objects.all())
