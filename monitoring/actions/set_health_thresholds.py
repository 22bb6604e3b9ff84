"""Say from which figures on a provider wants to be warned."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from monitoring.health.measures import MEASURE, Bounds, is_in_order
from monitoring.models import HealthThreshold


@transaction.atomic
def set_health_thresholds(*, bounds: Mapping[str, Bounds], actor: Viewer) -> None:
    """Keep bounds by measure; those that are as usual are not kept. They count from now on.

    Raises NotAllowed; BadInput naming the measure where critical is milder than the warning.
    """
    actor.require(Capability.MANAGE_MONITORING)
    for code, wanted in bounds.items():
        measure = MEASURE[code]
        if not is_in_order(measure, wanted):
            raise BadInput(
                f"{measure.label}: one of the two is needed, and “Act now” must be worse than"
                " “Watch”.",
                field=code,
            )
    own = {code: one for code, one in bounds.items() if one != MEASURE[code].bounds}
    HealthThreshold.objects.exclude(code__in=own).filter(code__in=list(bounds)).delete()
    HealthThreshold.objects.bulk_create(
        (
            HealthThreshold(provider_id=actor.provider_id, code=code, warn=one.warn, crit=one.crit)
            for code, one in own.items()
        ),
        update_conflicts=True,
        unique_fields=["provider", "code"],
        update_fields=["warn", "crit"],
    )
    record(actor, "health.thresholds_set", "Thresholds of health checks", own=sorted(own))
