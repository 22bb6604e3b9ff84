"""Show a secret to somebody who needs it, and write down that they saw it."""

from __future__ import annotations

from datetime import timedelta

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from monitoring.credentials import OpenCredential, open_credential
from monitoring.models import Credential

REVEALED = "credential.revealed"
MOST_AN_HOUR = 30
# Where the trail is looked through for them: it has no index by person.
NEWEST_ENTRIES = 5_000


def reveal_credential(*, credential: Credential, reason: str, actor: Viewer) -> OpenCredential:
    """Open a credential. The caller has asked for a fresh second step.

    The trail says who and why in the same transaction. Raises NotAllowed; BadInput without a
    reason; RuleBroken when somebody looks at very many within an hour; SealBroken.
    """
    actor.require(Capability.REVEAL_SECRETS)
    if not reason:
        raise BadInput("Say what you need it for.", field="reason")
    _refuse_harvest(actor)
    opened = open_credential(credential)
    record(actor, REVEALED, credential, id=credential.pk, reason=reason)
    return opened


def _refuse_harvest(actor: Viewer) -> None:
    entries = AuditEntry.objects.order_by("-number")
    newest = entries.values_list("number", flat=True).first() or 0
    lately = entries.filter(
        number__gt=newest - NEWEST_ENTRIES,
        at__gt=database_now() - timedelta(hours=1),
        action=REVEALED,
        actor_id=actor.membership_id,
    )
    if lately.count() >= MOST_AN_HOUR:
        raise RuleBroken(
            f"{actor.name} has looked at {MOST_AN_HOUR} secrets within an hour.",
            remedy="Go on in an hour. Whoever needs many at once moves the equipment instead.",
        )
