"""Forget a check and what it went through."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from monitoring.actions._ending import lock_customer
from monitoring.models import Check, Incident, ProbeRequest, Result, Rollup, StateChange


@dataclass(frozen=True, slots=True)
class History:
    """How much goes with a check. `behind` counts checks that lose it as the one before them."""

    answers: int
    figures: int
    changes: int
    outages: int
    behind: int


def history_of(check: Check) -> History:
    """Return what goes with a check, before it is removed. Five queries."""
    return History(
        answers=Result.objects.filter(of_check=check).count(),
        figures=Rollup.objects.filter(of_check=check).count(),
        changes=StateChange.objects.filter(of_check=check).count(),
        outages=Incident.objects.filter(of_check=check).count(),
        behind=Check.objects.filter(parent=check).count(),
    )


def remove_check(*, check: Check, actor: Viewer) -> History:
    """Delete a check with its answers, figures and past outages; return what went.

    Tickets and signed reports stay, and the audit trail says how much went. Raises NotAllowed, and
    RuleBroken while an outage goes on.
    """
    actor.require(Capability.MANAGE_MONITORING)
    # First the customer, as the follower does; then the check, so that no answer comes in between.
    lock_customer(check.customer_id)
    check = Check.objects.select_for_update().get(pk=check.pk)
    outages = Incident.objects.filter(of_check=check)
    if outages.open().exists():
        raise RuleBroken(
            f"An outage of “{check}” goes on.", remedy="Close the outage first, or pause the check."
        )
    gone = history_of(check)
    record(actor, "check.removed", check, id=check.pk, device=check.device_id, **asdict(gone))
    Incident.objects.filter(parent__in=outages).update(parent=None)
    ProbeRequest.objects.filter(of_check=check).update(of_check=None)
    Check.objects.filter(parent=check).update(parent=None)
    outages.delete()
    for model in (StateChange, Rollup, Result):
        model.objects.filter(of_check=check).delete()
    check.delete()
    return gone
