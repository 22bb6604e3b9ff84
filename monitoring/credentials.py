"""What a credential of each kind holds, as one table; sealing it, and opening it again.

Opened are secrets in the runner's memory and for the person who reveals one, nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
)

from accounts.sealing import place_of_row, seal, unseal
from calcom_portal.common.errors import BadInput
from calcom_portal.common.redaction import Secret
from calcom_portal.common.text import has_control, is_blank
from monitoring.models import Credential, CredentialKind

TABLE = "monitoring_credential"
LONGEST_WORD = 200
LONGEST_KEY = 16_000
# RFC 3414, 11.2: shorter ones can be guessed from one packet, and agents refuse them.
SHORTEST_SNMP = 8


@dataclass(frozen=True, slots=True)
class SecretField:
    """One part of a secret. `name` is its key in the sealed JSON; `is_open` may be seen while it is
    typed."""

    name: str
    title: str
    help: str = ""
    is_open: bool = False
    is_required: bool = True
    is_long: bool = False
    least: int = 1

    @property
    def longest(self) -> int:
        """Return how many characters it may have."""
        return LONGEST_KEY if self.is_long else LONGEST_WORD


USER = SecretField("user", "User name", is_open=True)
AMI = (
    SecretField(
        "ami_user", "Manager (AMI) user", "For Asterisk only.", is_open=True, is_required=False
    ),
    SecretField("ami_password", "Manager (AMI) password", "For Asterisk only.", is_required=False),
)

FIELDS: Mapping[str, tuple[SecretField, ...]] = {
    CredentialKind.PASSWORD: (USER, SecretField("password", "Password"), *AMI),
    CredentialKind.SSH_KEY: (
        USER,
        SecretField(
            "private_key",
            "Private key",
            "The whole text, from the line BEGIN to the line END. Without a passphrase: it is"
            " sealed here.",
            is_long=True,
        ),
        *AMI,
    ),
    CredentialKind.SNMP_COMMUNITY: (SecretField("community", "Community"),),
    CredentialKind.SNMP_USER: (
        USER,
        SecretField("authentication", "Authentication password", "SHA-256.", least=SHORTEST_SNMP),
        SecretField("privacy", "Privacy password", "AES-128.", least=SHORTEST_SNMP),
    ),
}


class OpenCredential(Mapping[str, str]):
    """An opened credential by field name. While it lives, logs mask what it holds."""

    __slots__ = ("_parts",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._parts = {name: Secret(text) for name, text in values.items()}

    def __getitem__(self, name: str) -> str:
        return self._parts[name].open()

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def __repr__(self) -> str:
        return f"OpenCredential({', '.join(self._parts)})"


def place_of(credential: Credential) -> str:
    """Return what a credential's sealed text is bound to: table, provider and row."""
    return place_of_row(TABLE, credential.provider_id, credential.pk)


def seal_secret(credential: Credential, secret: Mapping[str, str]) -> str:
    """Return the sealed text of a credential that has its row already."""
    return seal(json.dumps(dict(secret)), place_of(credential))


def open_credential(credential: Credential) -> OpenCredential:
    """Open a credential. Raises SealBroken for what was not sealed for this very row."""
    return OpenCredential(json.loads(unseal(credential.sealed, place_of(credential))))


def checked_secret(kind: str, raw: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept of a secret that somebody typed: every field of its kind, nothing else.

    Raises BadInput with the field. The message never repeats what was typed.
    """
    if kind not in FIELDS:
        raise BadInput("Choose one of the kinds offered.", field="kind")
    secret = {field.name: _checked(field, raw.get(field.name, "")) for field in FIELDS[kind]}
    if kind == CredentialKind.SSH_KEY:
        _refuse_unusable_key(secret["private_key"])
    return {name: text for name, text in secret.items() if text}


def _checked(field: SecretField, text: str) -> str:
    text = text.replace("\r\n", "\n").strip("\n") + "\n" if field.is_long else text
    if is_blank(text):
        if field.is_required:
            raise BadInput(f"{field.title} is missing.", field=field.name)
        return ""
    # A line break in a password would end a line of the protocol that it is sent in.
    if has_control(text, allowed="\n\t" if field.is_long else ""):
        raise BadInput(
            f"{field.title} holds a line break or invisible signs: type it again.",
            field=field.name,
        )
    if not field.least <= len(text) <= field.longest:
        raise BadInput(
            f"{field.title} has {field.least} to {field.longest:,} characters.", field=field.name
        )
    return text


def _refuse_unusable_key(text: str) -> None:
    load = load_ssh_private_key if "OPENSSH PRIVATE KEY" in text else load_pem_private_key
    try:
        load(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInput(
            "This is no private key that can be used without a passphrase.",
            field="private_key",
            remedy="Paste the whole file. Take a passphrase off with `ssh-keygen -p` first.",
        ) from error
