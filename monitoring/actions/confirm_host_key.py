"""Vouch for the key of a host: only with it is a secret sent there."""

from __future__ import annotations

import re

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from monitoring.models import Connection
from monitoring.ways import LANGUAGES

# As OpenSSH writes it: SHA-256 in base64 without padding.
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
WRITTEN = ("host_key", "host_key_seen", "host_key_confirmed_at", "host_key_confirmed_by")


def confirm_host_key(*, connection: Connection, fingerprint: str, actor: Viewer) -> Connection:
    """Pin a fingerprint that somebody compared with the machine itself.

    The trail keeps the former one. Raises NotAllowed; RuleBroken for a language without host keys;
    BadInput for what is no fingerprint.
    """
    actor.require(Capability.MANAGE_MONITORING)
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    if not LANGUAGES[connection.driver].has_host_key:
        raise RuleBroken(f"{connection.get_driver_display()} knows no host keys.")
    if not FINGERPRINT.fullmatch(fingerprint):
        raise BadInput(
            "This is no fingerprint.",
            field="fingerprint",
            remedy="It begins with SHA256: and has 43 signs after that.",
        )
    former = connection.host_key
    connection.host_key, connection.host_key_seen = fingerprint, ""
    connection.host_key_confirmed_at = database_now()
    connection.host_key_confirmed_by_id = actor.membership_id
    connection.save(update_fields=WRITTEN)
    record(
        actor,
        "host_key.confirmed",
        connection,
        id=connection.pk,
        fingerprint=fingerprint,
        former=former,
    )
    return connection
