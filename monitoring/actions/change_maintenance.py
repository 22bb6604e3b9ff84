"""Changing planned work."""

from __future__ import annotations

from dataclasses import replace

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from monitoring.actions._work import WorkPlan, look_again, write_plan
from monitoring.actions.cancel_maintenance import lock_work
from monitoring.models import Maintenance


def change_maintenance(*, work: Maintenance, plan: WorkPlan, actor: Viewer) -> Maintenance:
    """Replace the plan of work of the same customer; windows that are over change nothing.

    Raises RuleBroken when it was cancelled, BadInput for a plan that is none.
    """
    actor.require(Capability.MANAGE_MONITORING)
    work = lock_work(work)
    write_plan(work, replace(plan, customer_id=work.customer_id))
    work.save(
        update_fields=[
            "site",
            "device",
            "title",
            "starts_on",
            "starts_at",
            "zone",
            "minutes",
            "recurrence",
            "weekdays",
            "until",
        ]
    )
    look_again(work.customer_id)
    record(actor, "maintenance.changed", work, id=work.pk, recurrence=work.recurrence)
    return work
