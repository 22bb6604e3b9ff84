"""Setting how a provider wants outages handled."""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from contracts.models import DeviceKind
from monitoring.models import Closing, MonitoringRules

A_DAY = 24 * 60


def set_monitoring_rules(
    *, closing: Closing, calm_minutes: int, emergencies: Collection[str], actor: Viewer
) -> MonitoringRules:
    """Set when tickets close by themselves, and whose outage is an emergency.

    `calm_minutes` (1 to a day) is how long equipment has to work before its outage is over;
    `emergencies` are kinds of devices. Open incidents keep the time at which they end. Raises
    BadInput.
    """
    actor.require(Capability.MANAGE_MONITORING)
    if not 1 <= calm_minutes <= A_DAY:
        raise BadInput(
            "Equipment has to work from a minute to a day before its outage is over.",
            field="calm_minutes",
            remedy=f"Give a number from 1 to {A_DAY}.",
        )
    if unknown := sorted(set(emergencies) - set(DeviceKind.values)):
        raise BadInput(
            f"“{unknown[0][:40]}” is no kind of device.",
            field="emergencies",
            remedy="Choose from the list.",
        )
    rules, _ = MonitoringRules.objects.update_or_create(
        provider_id=actor.provider_id,
        defaults={
            "closing": closing.value,
            "calm_minutes": calm_minutes,
            "emergencies": sorted(set(emergencies)),
        },
    )
    record(
        actor,
        "monitoring.rules_set",
        "how outages are handled",
        closing=closing.value,
        calm_minutes=calm_minutes,
        emergencies=rules.emergencies,
    )
    return rules
