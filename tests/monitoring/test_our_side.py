"""Trouble of our own side is told to the provider's people, and never as a customer's outage."""

from __future__ import annotations

from datetime import timedelta

from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Incident, RunnerSeat, StateChange
from monitoring.runner import leases, store
from monitoring.sweeps.watch_runners import watch_runners
from notifications.models import OperatorAlarm
from tests.cast import Cast
from tests.monitoring.builders import build_check
from tests.monitoring.watched import watch
from tests.stage import DatabaseTime, browser_of

START = "2026-06-15T10:00:00-07:00"


def alarms(cast: Cast) -> list[tuple[str, bool]]:
    with provider_scope(provider_id=cast.calcom.pk):
        rows = OperatorAlarm.objects.order_by("pk").values_list("kind", "cleared_at")
        return [(kind, cleared is None) for kind, cleared in rows]


def board(cast: Cast) -> str:
    return browser_of(cast.dana).get("/monitoring/").content.decode()


def test_equipment_that_nobody_asks_raises_one_alarm_until_a_runner_is_back(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    build_check(cast.phone_system)
    leases.beat("vm:1", "", {})
    assert watch_runners() == 0
    database_time.set(now + timedelta(minutes=2, seconds=1))
    assert (watch_runners(), watch_runners()) == (1, 1)
    assert alarms(cast) == [("runner-away", True)]
    leases.beat("vm:2", "", {})
    assert watch_runners() == 0
    assert alarms(cast) == [("runner-away", False)]


def test_a_provider_that_watches_nothing_hears_nothing_of_runners(cast: Cast) -> None:
    build_check(cast.phone_system, "heartbeat")
    assert not RunnerSeat.objects.exists()
    assert watch_runners() == 0
    assert alarms(cast) == []


def test_when_our_own_way_out_is_suspected_people_hear_of_it_and_no_incident_opens(
    cast: Cast,
) -> None:
    watch(cast.phone_system)
    store.tell_health({cast.calcom.pk}, ill=True)
    store.tell_health({cast.calcom.pk}, ill=True)
    assert alarms(cast) == [("our-side", True)]
    assert "Our own side may be at fault" in board(cast)
    store.tell_health({cast.calcom.pk}, ill=False)
    assert alarms(cast) == [("our-side", False)]
    assert "Our own side may be at fault" not in board(cast)
    with provider_scope(provider_id=cast.calcom.pk):
        assert not Incident.objects.exists()
        assert not StateChange.objects.exists()
