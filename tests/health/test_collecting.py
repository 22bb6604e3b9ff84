"""Making a health check: asked in one transaction, judged in another, by whichever worker."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.models import Device, ProductModel
from monitoring.health_writing import write_check
from monitoring.models import HealthCheck, HealthItem, HealthThreshold, ProbeRequest
from monitoring.sweeps import collect_health_checks as sweep
from monitoring.sweeps.collect_health_checks import CollectCount, collect_health_checks
from monitoring.sweeps.plan_health_checks import plan_health_checks
from notifications.models import OperatorAlarm
from tests.builders import build_device
from tests.cast import Cast
from tests.health.helpers import (
    answer_all,
    build_check,
    build_connection,
    build_day,
    build_step,
    checks_of,
    covered,
    made,
)
from tests.monitoring.watched import break_down
from tests.races import all_at_once
from tests.stage import DatabaseTime

FIRST = "2026-11-01T09:00-07:00"


@pytest.fixture
def watched(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Have Bayview's phone system covered and watched."""
    database_time.set("2026-10-01T09:00-07:00")
    covered(cast)
    build_check(cast.phone_system)
    return cast


def items(check: HealthCheck) -> dict[str, HealthItem]:
    with provider_scope(provider_id=check.provider_id):
        return {item.code: item for item in check.items.all()}


@pytest.mark.django_db
def test_a_health_check_is_asked_answered_and_judged(
    watched: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(FIRST)
    plan_health_checks()
    assert collect_health_checks() == CollectCount(asked=1)
    (check,) = checks_of(watched.calcom)
    assert (check.state, check.total_count, check.step) == ("collecting", 1, "Asking the equipment")
    assert collect_health_checks() == CollectCount()
    database_time.set(now + timedelta(seconds=2))
    assert collect_health_checks() == CollectCount(waiting=1)
    answer_all()
    database_time.set(now + timedelta(seconds=4))
    assert collect_health_checks() == CollectCount(collected=1)
    (check,) = checks_of(watched.calcom)
    assert (check.state, check.done_count, check.overall) == ("collected", 1, "warn")
    assert check.collected_at == now + timedelta(seconds=4)
    found = items(check)
    assert len(found) == 18
    disk = found["disk"]
    assert (disk.number, disk.status, disk.value) == (6, "warn", "Used (/): 82 %.")
    assert disk.advice == "Remove old recordings and logs, or plan a larger disk."
    assert disk.evidence[0]["source"] == "Check “Call engine”"
    assert found["phones"].value == "Phones registered: 95 %."
    assert found["firmware"].status == "not_measurable"
    assert "It names itself Asterisk 22.10.1." in found["firmware"].value
    assert found["backup"].value == "The portal keeps no backup of this system yet."


@pytest.mark.django_db
def test_what_connections_tell_is_asked_beyond_the_checks(
    watched: Cast, database_time: DatabaseTime
) -> None:
    build_connection(watched.phone_system, "snmp")
    build_connection(watched.phone_system, "web")
    database_time.set(FIRST)
    plan_health_checks()
    collect_health_checks()
    with provider_scope(provider_id=watched.calcom.pk):
        kinds = list(ProbeRequest.objects.order_by("pk").values_list("kind", "purpose"))
    assert kinds[0] == ("sip-udp", "health")
    assert ("snmp", "health") in kinds
    assert "web" not in {kind for kind, _ in kinds}


@pytest.mark.django_db
def test_without_anything_to_ask_the_books_are_read_at_once(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(FIRST)
    covered(cast)
    plan_health_checks()
    assert collect_health_checks() == CollectCount(collected=1)
    (check,) = checks_of(cast.calcom)
    assert check.overall == "not_measurable"
    assert check.step == "Nothing of it can be asked: only our own books were read."


@pytest.mark.django_db
def test_availability_and_speed_come_from_the_results_of_the_month(
    watched: Cast, database_time: DatabaseTime
) -> None:
    check = build_check(watched.phone_system, "Answers to SIP")
    for day in ("2026-10-20", "2026-10-21"):
        build_day(
            check,
            day,
            alive=2700,
            dead=300,
            up_seconds=86_000,
            down_seconds=400,
            maintenance_seconds=60,
            took_p95_us=200_000,
        )
    build_day(check, "2026-08-01", alive=1, dead=999, down_seconds=86_400)
    made(database_time, FIRST)
    (health,) = checks_of(watched.calcom)
    found = items(health)
    assert found["availability"].status == "warn"
    assert found["availability"].value == "Available (Answers to SIP): 99.537 %. No outage."
    assert found["sip"].value == (
        "Questions without an answer (Answers to SIP): 10 %;"
        " 95 of 100 answers come within (Answers to SIP): 200 ms."
    )


@pytest.mark.django_db
def test_silence_behind_other_equipment_is_no_outage_of_the_device(
    watched: Cast, database_time: DatabaseTime
) -> None:
    switch = build_check(build_device(watched.market_street, "Switch"), "Switch")
    sip = build_check(watched.phone_system, "Answers to SIP")
    page = build_check(watched.phone_system, "Its page")
    build_day(sip, "2026-10-20", alive=2700, up_seconds=86_400)
    end = database_time.set("2026-10-21T09:00-07:00")
    before = break_down(switch, recovered_at=end, closed_at=end)
    break_down(sip, recovered_at=end, closed_at=end, parent=before)
    end = database_time.set("2026-10-22T09:00-07:00")
    own = break_down(sip, recovered_at=end, closed_at=end)
    break_down(page, recovered_at=end, closed_at=end, parent=own)
    made(database_time, FIRST)
    (health,) = (one for one in checks_of(watched.calcom) if one.device == watched.phone_system)
    assert items(health)["availability"].value.endswith(
        "1 outage. It was back after 1 h on average. Out of reach once, behind other equipment."
    )


@pytest.mark.django_db
def test_the_longest_time_without_a_line_comes_from_the_results_of_the_month(
    watched: Cast, database_time: DatabaseTime
) -> None:
    told = {"kind": "asterisk", "last_facts": {"trunks.count": 2}}
    check = build_check(watched.phone_system, "Lines", **told)
    own = build_check(watched.phone_system, "Own", settings={"limits": "trunks.down <= 2"}, **told)
    begin = datetime(2026, 10, 20, 8, tzinfo=UTC)
    for of_check in (check, own):
        for step, figures in enumerate(
            ({"degraded": 5}, {"degraded": 5}, {"degraded": 2, "alive": 3}, {"degraded": 5})
        ):
            build_step(of_check, begin + step * timedelta(minutes=5), **figures)
    build_step(check, begin - timedelta(days=60), degraded=5)
    made(database_time, FIRST, {"trunks.count": 2, "trunks.down": 0})
    (health,) = checks_of(watched.calcom)
    line = items(health)["trunks"]
    assert (line.status, line.value) == (
        "ok",
        "Lines down now: 0; Longest without a line (Lines): 10 min.",
    )


@pytest.mark.django_db
def test_the_next_month_compares(watched: Cast, database_time: DatabaseTime) -> None:
    made(database_time, FIRST, {"disk.used_percent:/": 70, "uptime.seconds": 40 * 86_400})
    counted = made(
        database_time,
        "2026-12-01T09:00-08:00",
        {"disk.used_percent:/": 82, "uptime.seconds": 86_400, "memory.used_percent": 20},
    )
    assert counted == CollectCount(collected=1)
    first, second = checks_of(watched.calcom)
    assert first.changes == []
    assert second.measured_from == first.collected_at
    assert second.changes == [
        "Disk space: from “Good” to “Watch” (Used (/): 82 %, 70 % before).",
        "Restarts: from “Good” to “Watch” (Restarts in the last month: 1, 0 before).",
        "Memory and load: measured for the first time, good.",
    ]
    found = items(second)
    assert found["disk"].former == "70 %"
    assert "Full in (/): 45 days" in found["disk"].value
    assert found["uptime"].status == "warn"
    assert "Restarts in the last month: 1" in found["uptime"].value


@pytest.mark.django_db
def test_the_bounds_of_the_provider_count(watched: Cast, database_time: DatabaseTime) -> None:
    with provider_scope(provider_id=watched.calcom.pk):
        HealthThreshold.objects.create(provider=watched.calcom, code="disk.used", warn=70, crit=80)
    made(database_time, FIRST)
    (check,) = checks_of(watched.calcom)
    assert items(check)["disk"].status == "crit"


@pytest.mark.django_db
def test_the_end_of_the_makers_support_comes_from_the_catalogue(
    watched: Cast, database_time: DatabaseTime
) -> None:
    with provider_scope(provider_id=watched.calcom.pk):
        model = ProductModel.objects.create(
            provider=watched.calcom,
            vendor="Panasonic",
            model="KX-NS700",
            kind="pbx",
            support_ends_on=date(2026, 12, 31),
        )
        Device.objects.filter(pk=watched.phone_system.pk).update(product_model=model)
    made(database_time, FIRST)
    (check,) = checks_of(watched.calcom)
    firmware = items(check)["firmware"]
    assert (firmware.status, firmware.figure, firmware.unit) == ("warn", 60, "days")


@pytest.mark.django_db
def test_while_our_probes_are_away_it_waits_and_is_tried_again(
    watched: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(FIRST)
    plan_health_checks()
    collect_health_checks()
    database_time.set(now + sweep.PATIENCE)
    assert collect_health_checks() == CollectCount(waiting=1)
    (check,) = checks_of(watched.calcom)
    assert (check.state, check.step) == (
        "owed",
        "Our probes are not running. It is tried again by itself.",
    )
    assert collect_health_checks() == CollectCount()
    database_time.set(now + sweep.PATIENCE + sweep.TRY_AGAIN)
    assert collect_health_checks() == CollectCount(asked=1)


@pytest.mark.django_db
def test_equipment_that_does_not_answer_is_named_and_not_waited_for(
    watched: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(FIRST)
    plan_health_checks()
    collect_health_checks()
    answer_all({"disk.used_percent:/": 1}, outcome="dead")
    database_time.set("2026-11-01T09:00:05-07:00")
    assert collect_health_checks() == CollectCount(collected=1)
    (check,) = checks_of(watched.calcom)
    assert check.step == "Check “Call engine”: It said so"
    assert items(check)["disk"].status == "not_measurable"


@pytest.mark.django_db
def test_a_system_that_was_taken_out_of_service_meanwhile_is_dropped(
    watched: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(FIRST)
    plan_health_checks()
    with provider_scope(provider_id=watched.calcom.pk):
        Device.objects.update(retired_on=now.date())
    assert collect_health_checks() == CollectCount(dropped=1)
    assert collect_health_checks() == CollectCount()


@pytest.mark.django_db
def test_one_that_fails_is_set_aside_with_an_alarm_and_the_sweep_goes_on(
    watched: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = database_time.set(FIRST)
    plan_health_checks()

    def fails(*_: object) -> list[int]:
        raise ZeroDivisionError

    monkeypatch.setattr(sweep, "ask_system", fails)
    assert collect_health_checks() == CollectCount(stuck=1)
    (check,) = checks_of(watched.calcom)
    assert (check.state, check.look_at) == ("owed", now + sweep.TRY_AGAIN)
    with provider_scope(provider_id=watched.calcom.pk):
        assert OperatorAlarm.objects.filter(kind=sweep.KIND).count() == 1


def test_workers_side_by_side_plan_ask_and_judge_once(committed_cast: Cast) -> None:
    covered(committed_cast)
    build_check(committed_cast.phone_system)
    all_at_once([plan_health_checks] * 4)
    all_at_once([collect_health_checks] * 4)
    with provider_scope(provider_id=committed_cast.calcom.pk):
        assert ProbeRequest.objects.count() == 1
    answer_all()
    with provider_scope(provider_id=committed_cast.calcom.pk):
        HealthCheck.objects.update(look_at=database_now())
    counts = all_at_once([collect_health_checks] * 4)
    assert sum(one.collected for one in counts) == 1
    (check,) = checks_of(committed_cast.calcom)
    assert (check.state, len(items(check))) == ("collected", 18)


@pytest.mark.django_db
def test_a_worker_that_dies_leaves_the_check_to_the_next_one(
    watched: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = database_time.set(FIRST)
    plan_health_checks()
    collect_health_checks()
    answer_all()
    database_time.set(now + timedelta(seconds=2))

    def dies(*given: Any) -> None:
        write_check(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sweep, "write_check", dies)
        with pytest.raises(KeyboardInterrupt):
            collect_health_checks()
    (check,) = checks_of(watched.calcom)
    assert (check.state, items(check)) == ("collecting", {})
    assert collect_health_checks() == CollectCount(collected=1)
    (check,) = checks_of(watched.calcom)
    assert len(items(check)) == 18
