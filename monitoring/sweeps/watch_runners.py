"""Does any runner run? A dead one cannot say so, and equipment that nobody asks looks well."""

from __future__ import annotations

from datetime import timedelta

from calcom_portal.common.tenancy import ask_database_now, system_scope
from monitoring.check_settings import HEARTBEAT
from monitoring.models import Check, RunnerSeat
from notifications.alarms import clear_alarms, raise_alarm

RUNNER_AWAY = "runner-away"
# Restarts and updates take less.
PATIENCE = timedelta(minutes=2)
WORDS = (
    "No runner has been at work for two minutes, so no equipment is asked. What pages show of it is"
    " as it was before."
)


def watch_runners() -> int:
    """Raise an alarm for every provider whose checks nobody asks; clear it when somebody does.

    Returns how many providers are concerned. Outside any scope: seats belong to no tenant.
    """
    alive = RunnerSeat.objects.filter(beat_at__gt=ask_database_now() - PATIENCE).exists()
    with system_scope("tell whose checks nobody asks"):
        checks = Check.objects.running().exclude(kind=HEARTBEAT).order_by()
        concerned = set(checks.values_list("provider_id", flat=True).distinct())
        if alive:
            clear_alarms(concerned, RUNNER_AWAY)
            return 0
        for provider_id in sorted(concerned):
            raise_alarm(provider_id, RUNNER_AWAY, "Monitoring", WORDS)
        return len(concerned)
