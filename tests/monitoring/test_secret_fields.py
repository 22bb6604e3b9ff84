"""What a credential of each kind takes, and how it lies in the database."""

from __future__ import annotations

import pytest

from accounts.sealing import SealBroken, key_id_of, present_key_id
from calcom_portal.common.errors import BadInput
from calcom_portal.common.redaction import MASK, redact
from monitoring.credentials import (
    FIELDS,
    OpenCredential,
    checked_secret,
    open_credential,
    seal_secret,
)
from monitoring.models import Credential, CredentialKind
from tests.monitoring.keys import openssh_key, protected_key

PASSWORD = {"user": "root", "password": "corr3ct h0rse"}


def row(row_id: int = 7, provider_id: int = 1) -> Credential:
    credential = Credential(pk=row_id, provider_id=provider_id, kind=CredentialKind.PASSWORD)
    credential.sealed = seal_secret(credential, PASSWORD)
    return credential


def test_every_kind_says_what_it_holds() -> None:
    assert set(FIELDS) == set(CredentialKind)


def test_a_sealed_credential_opens_as_it_was() -> None:
    credential = row()
    assert "h0rse" not in credential.sealed
    assert key_id_of(credential.sealed) == present_key_id()
    assert dict(open_credential(credential)) == PASSWORD


@pytest.mark.parametrize(("row_id", "provider_id"), [(8, 1), (7, 2)])
def test_moved_to_another_row_or_provider_it_does_not_open(row_id: int, provider_id: int) -> None:
    thief = Credential(pk=row_id, provider_id=provider_id, sealed=row().sealed)
    with pytest.raises(SealBroken):
        open_credential(thief)


def test_while_a_credential_is_open_logs_mask_it() -> None:
    opened = OpenCredential(PASSWORD)
    assert redact("refused corr3ct h0rse for root") == f"refused {MASK} for {MASK}"
    assert repr(opened) == "OpenCredential(user, password)"


def test_a_key_is_kept_whole_with_one_line_end_after_it() -> None:
    text = openssh_key()
    typed = {"user": "monitor", "private_key": "\n" + text.replace("\n", "\r\n") + "\n\n"}
    assert checked_secret(CredentialKind.SSH_KEY, typed) == {"user": "monitor", "private_key": text}


def test_what_another_kind_holds_is_left_out() -> None:
    typed = {**PASSWORD, "community": "public", "ami_user": ""}
    assert checked_secret(CredentialKind.PASSWORD, typed) == PASSWORD


@pytest.mark.parametrize(
    ("kind", "typed", "field"),
    [
        ("password", {"user": "root", "password": ""}, "password"),
        ("password", {"user": "\u3164", "password": "x"}, "user"),
        ("password", {"user": "root", "password": "a\r\nAction: Command"}, "password"),
        ("password", {"user": "root", "password": "a\x00b"}, "password"),
        ("password", {"user": "root", "password": "x" * 201}, "password"),
        ("snmp_community", {}, "community"),
        (
            "snmp_user",
            {"user": "u", "authentication": "7 chars", "privacy": "long enough"},
            "authentication",
        ),
        ("ssh_key", {"user": "root", "private_key": "hunter2"}, "private_key"),
        ("ssh_key", {"user": "root", "private_key": protected_key()}, "private_key"),
        ("ssh_key", {"user": "root", "private_key": openssh_key()[:-60]}, "private_key"),
        ("certificate", {}, "kind"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field_and_not_repeated(
    kind: str, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        checked_secret(kind, typed)
    assert refusal.value.field == field
    words = refusal.value.message + refusal.value.remedy
    assert not any(value in words for name, value in typed.items() if len(value) > 4)
