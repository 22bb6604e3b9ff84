"""An outage is proven: one incident, and for covered equipment one ticket (clause MONITOR)."""

from __future__ import annotations

from datetime import datetime

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._tickets import covers_monitoring, give_ticket, promise_over
from monitoring.models import Check, Incident
from monitoring.outage_words import own_kind


def open_incident(
    *, check: Check, began_at: datetime, confirmed_at: datetime, cause: str, actor: Viewer
) -> Incident:
    """Open the incident of a check that has none open, with its ticket, and tell people.

    `began_at` is the first failure. Equipment that no contract with MONITOR covers gets no ticket:
    staff get a hint. Lock the customer before: one incident of a check is open at a time.
    """
    actor.require(Capability.RUN_CLOCK)
    incident = Incident(
        provider_id=check.provider_id,
        customer=check.customer,
        device=check.device,
        of_check=check,
        kind=own_kind(check).value,
        cause=cause[:240],
        opened_at=min(began_at, confirmed_at),
        confirmed_at=confirmed_at,
    )
    promised = promise_over(incident)
    incident.is_covered = covers_monitoring(promised)
    # The notices name the incident: it needs its number first.
    incident.save(force_insert=True)
    give_ticket(incident, promised, actor)
    incident.save(update_fields=["ticket"])
    record(actor, "incident.opened", incident, check=check.pk, covered=incident.is_covered)
    return incident
