"""Planning work during which equipment may be silent."""

from __future__ import annotations

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing
from calcom_portal.common.tenancy import database_now
from monitoring.actions._work import WorkPlan, look_again, write_plan
from monitoring.models import Maintenance

__all__ = ["WorkPlan", "plan_maintenance"]


def plan_maintenance(*, plan: WorkPlan, actor: Viewer) -> Maintenance:
    """Plan work: what fails within its windows opens no incident, and is no down time.

    Equipment that is still silent when a window ends is an outage from then on. An incident that is
    open already goes on. Raises Missing for a customer out of reach, BadInput for a plan that is
    none.
    """
    actor.require(Capability.MANAGE_MONITORING)
    if not Customer.objects.filter(pk=plan.customer_id, is_active=True).exists():
        raise Missing("There is no such customer.", remedy="Choose one from the list.")
    work = Maintenance(
        provider_id=actor.provider_id, made_by_id=actor.membership_id, made_at=database_now()
    )
    write_plan(work, plan)
    work.save(force_insert=True)
    look_again(plan.customer_id)
    record(actor, "maintenance.planned", work, id=work.pk, recurrence=work.recurrence)
    return work
