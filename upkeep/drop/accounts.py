"""Accounts of the drop: their names, secrets and keys, and which may put files now."""

from __future__ import annotations

import re
import secrets
from base64 import b64decode, b64encode
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    SSHCertificate,
    load_ssh_public_identity,
)
from django.conf import settings

from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import system_scope
from upkeep.drop.fingerprints import fingerprint
from upkeep.drop.taking import Account
from upkeep.models import BackupDriver, BackupPlan

# A technician may put a file by SFTP, too, that is too large for a browser.
PUTTING: Final = (BackupDriver.DROP, BackupDriver.MANUAL)
NAME: Final = re.compile(r"[a-z0-9-]{1,40}")
# Typed by hand into the pages of phone systems: no letters to mix up, and none that need quoting.
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
SECRET_LENGTH: Final = 26
MOST_KEYS: Final = 5
LONGEST_KEY: Final = 2000
KINDS: Final = ("ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "sk-")
WEAKEST_RSA: Final = 2048


def fresh_name() -> str:
    """Return the name of an account that nobody has; 40 random bits."""
    return f"drop-{_letters(8)}"


def fresh_secret() -> str:
    """Return a secret of 130 random bits; a fast hash of it is enough."""
    return _letters(SECRET_LENGTH)


def read_keys(told: str) -> str:
    """Return public keys as they are kept, one a line without what surrounds them.

    Raises BadInput for what is no key, a certificate, options before it, and RSA below 2048 bits.
    """
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    if len(lines) > MOST_KEYS:
        raise BadInput(f"{MOST_KEYS} keys are possible.", field="keys")
    return "\n".join(dict.fromkeys(_key(line) for line in lines))


def account_of(name: str) -> Account | None:
    """Return who may put files as `name` now: its plan goes on, and its system is in use."""
    if not NAME.fullmatch(name):
        return None
    with system_scope("a system comes to put its backup"):
        found = BackupPlan.objects.filter(
            drop_name=name,
            # A system whose data is fetched by now sends none.
            driver__in=PUTTING,
            paused_at__isnull=True,
            device__retired_on__isnull=True,
            customer__is_active=True,
            provider__suspended_at__isnull=True,
        )
        plan = found.first()
    return None if plan is None else _account(plan)


def _account(plan: BackupPlan) -> Account:
    return Account(
        name=plan.drop_name,
        provider_id=plan.provider_id,
        plan_id=plan.pk,
        secret_hash=plan.drop_secret_hash,
        keys=frozenset(fingerprint(line) for line in plan.drop_keys.splitlines()),
        limit=settings.DROP_LIMIT_BYTES,
    )


def _key(line: str) -> str:
    try:
        if len(line) > LONGEST_KEY or not line.startswith(KINDS):
            raise ValueError
        key = load_ssh_public_identity(line.encode())
        if isinstance(key, SSHCertificate):
            raise ValueError
        kind, data = line.split()[:2]
    except (UnsupportedAlgorithm, ValueError) as error:
        raise BadInput(
            "This is no public key.",
            field="keys",
            remedy="Send lines that begin with ssh-ed25519, ssh-rsa or ecdsa-sha2.",
        ) from error
    if isinstance(key, RSAPublicKey) and key.key_size < WEAKEST_RSA:
        raise BadInput(
            f"An RSA key needs {WEAKEST_RSA} bits.",
            field="keys",
            remedy="Make another one on the system.",
        )
    return f"{kind} {b64encode(b64decode(data)).decode()}"


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
