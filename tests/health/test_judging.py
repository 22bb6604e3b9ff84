"""How numbers are judged, compared and told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.health.advice import ADVICE
from monitoring.health.changes import changes
from monitoring.health.items import ITEM, ITEMS, PBX, SWITCH, UPS, items_for
from monitoring.health.judging import Judged, Line, Trend, judge_all, overall, trend_of
from monitoring.health.measures import (
    MEASURE,
    MEASURES,
    TOLD,
    Bounds,
    Measure,
    Unit,
    Worse,
    is_in_order,
    judge,
    spell,
)
from monitoring.health.readings import (
    Answer,
    Reading,
    battery_date,
    days_to_full,
    growth,
    longest_run,
    mean,
    readings_of,
    remarks_of,
    restarts,
    share_available,
    started_at,
    versions_of,
    years_since,
)
from monitoring.health.status import Status, worst
from monitoring.probes.facts import Fact

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
OK, WARN, CRIT = Status.OK, Status.WARN, Status.CRIT


def test_there_are_twenty_one_items_in_their_order() -> None:
    assert [item.number for item in ITEMS] == list(range(1, 22))
    assert {measure.item for measure in MEASURES} == {
        item.code for item in ITEMS if not item.informs
    }


@pytest.mark.parametrize(
    ("code", "good", "watch", "act"),
    [
        ("availability", 99.9, 99.89, 99.49),
        ("phones.share", 95, 94.9, 79.9),
        ("trunks.down", 0, None, 1),
        ("trunks.away", 10, 10.1, None),
        ("sip.p95", 150, 150.1, 300.1),
        ("sip.loss", 1, 1.1, 5.1),
        ("calls.failed", 5, 5.1, 15.1),
        ("calls.mos", 3.8, 3.79, 3.49),
        ("disk.used", 79.9, 80, 90),
        ("disk.days_to_full", 60, 59.9, 13.9),
        ("memory.used", 85, 85.1, 95.1),
        ("load", 1.5, 1.6, 4.1),
        ("uptime", 365, 366, None),
        ("restarts", 0, 1, 2),
        ("backup.late", 24, 24.1, 144.1),
        ("backup.drill", 90, 91, 181),
        ("backup.size", 70, 69.9, 29.9),
        ("firmware.faults", 0, None, 1),
        ("firmware.behind", 0, 1, None),
        ("certificate.left", 30, 29.9, 6.9),
        ("support.left", 180, 179, -1),
        ("voicemail.used", 80, 80.1, 95.1),
        ("ups.on_battery", 0, None, 1),
        ("ups.runtime", 15, 14.9, 4.9),
        ("ups.load", 70, 70.1, 90.1),
        ("ups.age", 3, 3.1, 5.1),
        ("logs.growth", 199, 200, None),
        ("licences.left", 60, 59, 13),
        ("licences.used", 90, 90.1, 98.1),
        ("clock.offset", 2, 2.1, 30.1),
        ("wifi.retries", 15, 15.1, None),
        ("ports.errors", 0.01, 0.011, 0.11),
        ("ports.power", 80, 80.1, 95.1),
        ("security.scans", 1000, 1001, None),
        ("security.passwords", 0, None, 1),
        ("emergency.test", 90, 91, 181),
    ],
)
def test_thresholds_are_those_of_the_table(
    code: str, good: float, watch: float | None, act: float | None
) -> None:
    measure = MEASURE[code]
    assert judge(measure, good) is OK
    assert watch is None or judge(measure, watch) is WARN
    assert act is None or judge(measure, act) is CRIT


def test_every_number_that_can_be_bad_comes_with_advice() -> None:
    judged = [measure for measure in MEASURES if measure.bounds != TOLD]
    assert set(ADVICE) == {measure.code for measure in judged}
    for measure in judged:
        watch, act = ADVICE[measure.code]
        assert bool(watch) is (measure.bounds.warn is not None), measure.code
        assert bool(act) is (measure.bounds.crit is not None), measure.code
        assert is_in_order(measure, measure.bounds)


@given(st.sampled_from(MEASURES), st.floats(-1e4, 1e4), st.floats(0, 1e4))
def test_a_worse_number_is_never_judged_better(measure: Measure, value: float, by: float) -> None:
    further = value - by if measure.worse is Worse.BELOW else value + by
    assert worst([judge(measure, value), judge(measure, further)]) is judge(measure, further)


def test_bounds_of_a_provider_count_instead_of_the_usual_ones() -> None:
    strict = Bounds(50, 60)
    assert judge(MEASURE["disk.used"], 55, strict) is WARN
    assert judge(MEASURE["disk.used"], 55, Bounds(None, 60)) is OK
    assert not is_in_order(MEASURE["disk.used"], Bounds(90, 80))
    assert not is_in_order(MEASURE["availability"], Bounds(99, 99.5))
    assert not is_in_order(MEASURE["availability"], Bounds(None, None))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (99.954, Unit.PERCENT, "99.954 %"),
        (78.26, Unit.PERCENT, "78.3 %"),
        (100.0, Unit.PERCENT, "100 %"),
        (0.0123, Unit.PERCENT, "0.012 %"),
        (0.0, Unit.PERCENT, "0 %"),
        (171.4286, Unit.PERCENT, "171.4 %"),
        (1.0, Unit.DAYS, "1 day"),
        (12.4, Unit.DAYS, "12 days"),
        (-3.0, Unit.DAYS, "-3 days"),
        (1500.0, Unit.COUNT, "1,500"),
        (0.25, Unit.SECONDS, "0.2 s"),
        (1.25, Unit.PER_CORE, "1.2 per core"),
        (1.0, Unit.YEARS, "1 year"),
    ],
)
def test_numbers_are_written_with_their_unit(value: float, unit: Unit, words: str) -> None:
    assert spell(value, unit) == words


def lines(kind: str = PBX, **values: float) -> list[Line]:
    readings = [Reading(code.replace("__", "."), value) for code, value in values.items()]
    return judge_all(kind, readings, remarks={}, bounds={}, last={})


def test_what_cannot_be_measured_is_said_and_does_not_make_a_system_ill() -> None:
    report = lines(disk__used=40)
    by_code = {line.item.code: line for line in report}
    assert by_code["disk"].value == "Used: 40 %."
    assert by_code["phones"].status is Status.NOT_MEASURABLE
    assert by_code["phones"].value == ITEM["phones"].missing
    assert overall(report) is OK
    assert overall(lines()) is Status.NOT_MEASURABLE


def test_a_system_is_as_well_as_its_worst_item() -> None:
    assert overall(lines(disk__used=85, memory__used=50)) is WARN
    assert overall(lines(disk__used=85, memory__used=99)) is CRIT


def test_only_what_belongs_to_the_kind_is_listed() -> None:
    assert [item.code for item in items_for(UPS)] == [
        "availability",
        "uptime",
        "firmware",
        "power",
        "changes",
    ]
    assert "ports" in {item.code for item in items_for(SWITCH)}
    assert "phones" not in {item.code for item in items_for(SWITCH)}


def test_the_worst_comes_first_and_ports_without_number_are_counted() -> None:
    ports = [Reading("ports.errors", share, f"eth{n}") for n, share in enumerate((0, 0.2, 0, 0.05))]
    line = next(
        one
        for one in judge_all(SWITCH, ports, remarks={}, bounds={}, last={})
        if one.item.code == "ports"
    )
    assert line.status is CRIT
    assert line.value == (
        "Packets with errors (eth1): 0.2 %; Packets with errors (eth3): 0.05 %;"
        " Packets with errors (eth0): 0 %; and 1 more. Not measured: power for devices used."
    )
    assert line.advice.startswith("A port loses packets")


def test_what_one_line_lacks_is_said_beside_what_it_has() -> None:
    by_code = {line.item.code: line for line in lines(calls__mos=4.1, trunks__down=0)}
    assert by_code["calls"].value == "Heard quality: 4.1 of 5. Not measured: failed calls."
    assert by_code["trunks"].value == "Lines down now: 0. Not measured: longest without a line."
    assert by_code["voicemail"].value == ITEM["voicemail"].missing


# What is known without asking the equipment, or worked out of what it told.
FROM_BOOKS = {"availability", "sip.p95", "sip.loss", "trunks.away", "support.left", "ups.age"}
FROM_BOOKS |= {"wifi.down", "wifi.flaps", "backup.age", "backup.late", "backup.drill"}
FROM_BOOKS |= {"backup.size", "firmware.faults", "firmware.behind"}
WORKED_OUT = {"phones.share", "disk.days_to_full", "logs.growth"}


def test_somebody_measures_every_number() -> None:
    facts = {fact.value for fact in Fact}
    for measure in MEASURES:
        ways = [
            measure.fact in facts,
            measure.by_hand is not None,
            measure.code in FROM_BOOKS | WORKED_OUT,
        ]
        assert sum(ways) == 1, measure.code


FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("steps", "every", "minutes"),
    [
        ((), 1, 0),
        ((0,), 1, 5),
        ((0, 1, 2, 7, 8), 1, 15),
        ((0, 2, 4), 1, 5),
        ((0, 3, 6), 15, 45),
        ((0, 6), 15, 15),
    ],
)
def test_the_longest_time_without_a_line(steps: tuple[int, ...], every: int, minutes: int) -> None:
    run = longest_run([AT + step * FIVE for step in steps], timedelta(minutes=every))
    assert run == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("code", "value", "last", "trend"),
    [
        ("disk.used", 80, None, Trend.FIRST),
        ("disk.used", 80, 79.5, Trend.SAME),
        ("disk.used", 80, 70, Trend.WORSE),
        ("disk.used", 60, 70, Trend.BETTER),
        ("availability", 99.5, 99.9, Trend.WORSE),
        ("availability", 99.99, 99.5, Trend.BETTER),
    ],
)
def test_a_number_is_compared_with_last_month(
    code: str, value: float, last: float | None, trend: Trend
) -> None:
    assert trend_of(MEASURE[code], value, last) is trend


def test_changes_are_told_worse_things_first() -> None:
    last = {("disk.used", "/"): 71.0, ("memory.used", ""): 90.0, ("voicemail.used", ""): 81.0}
    readings = [
        Reading("disk.used", 82, "/"),
        Reading("memory.used", 60),
        Reading("voicemail.used", 90),
        Reading("clock.offset", 0.1),
    ]
    report = judge_all(PBX, readings, remarks={}, bounds={}, last=last)
    before = {"disk": OK, "load": WARN, "voicemail": WARN, "sip": OK}
    assert changes(report, before) == [
        "Disk space: from “Good” to “Watch” (Used (/): 82 %, 71 % before).",
        "Voicemail: Mailbox used: 90 %, 81 % before.",
        "Clock: measured for the first time, good.",
        "Speed of answers: could not be measured this time.",
        "Memory and load: from “Watch” to “Good” (Memory used: 60 %, 90 % before).",
    ]
    assert changes(report, {}) == []


def test_what_was_judged_survives_being_kept() -> None:
    judged = Judged(Reading("disk.used", 82.5, "/var", "SSH: disk", AT), WARN, 71.0)
    assert Judged.from_dict(judged.to_dict()) == judged
    assert judged.words == "Used (/var): 82.5 %"
    assert judged.last_text == "71 %"


def answer(at: datetime = AT, **facts: str | float) -> Answer:
    return Answer("Check 7", at, {key.replace("__", "."): value for key, value in facts.items()})


def test_facts_become_readings() -> None:
    facts: dict[str, str | int | float] = {
        "disk.used_percent:/var": 81,
        "clock.offset_ms": -2500,
        "phones.registered": 38,
        "phones.provisioned": 40,
        "load.per_core": 1.5,
        "uptime.seconds": 864_000,
        "ups.on_battery": True,
        "version": "Asterisk 22.10.1",
        "disk.used_percent:/odd": "full",
        "nothing.we.know": 1,
    }
    found = {(one.measure, one.subject): one.value for one in readings_of([Answer("x", AT, facts)])}
    assert found == {
        ("disk.used", "/var"): 81,
        ("clock.offset", ""): 2.5,
        ("phones.share", ""): 95,
        ("load", ""): 1.5,
        ("uptime", ""): pytest.approx(10),
        ("ups.on_battery", ""): 1,
    }


def test_of_two_sources_the_newest_counts_and_is_named() -> None:
    older = answer(memory__used_percent=20)
    newer = Answer("SNMP", AT + timedelta(minutes=1), {"memory.used_percent": 30})
    for order in ([older, newer], [newer, older]):
        assert readings_of(order) == [
            Reading("memory.used", 30, "", "SNMP", AT + timedelta(minutes=1))
        ]


@pytest.mark.parametrize("fact", [float("nan"), float("inf"), 1e300, "1", None])
def test_what_is_no_number_is_not_measured(fact: object) -> None:
    assert readings_of([Answer("x", AT, {"memory.used_percent": fact})]) == []  # type: ignore[dict-item]


def test_versions_are_named_once() -> None:
    answers = [
        answer(version="22.10.1"),
        answer(sip__server="Asterisk PBX"),
        answer(version="22.10.1"),
    ]
    assert versions_of(answers) == ["22.10.1", "Asterisk PBX"]


def test_a_restart_is_seen_by_another_beginning() -> None:
    started = started_at([answer(uptime__seconds=3 * 86_400)])
    assert started == AT - timedelta(days=3)
    assert started is not None
    assert restarts(started, started + timedelta(minutes=5), AT) == 0
    assert restarts(started, AT - timedelta(days=90), AT) == 1
    assert restarts(started, None, AT - timedelta(days=30)) == 1
    assert restarts(started, None, AT - timedelta(days=2)) == 0


@pytest.mark.parametrize(
    ("now", "before", "days", "left"),
    [(80, 70, 30, 60), (80, 80, 30, None), (70, 80, 30, None), (100, 70, 30, 0), (80, 70, 0, None)],
)
def test_when_a_disk_will_be_full(now: float, before: float, days: int, left: float | None) -> None:
    found = days_to_full(now, before, timedelta(days=days))
    assert found == (left if left is None else pytest.approx(left))


def test_small_sums() -> None:
    assert share_available(9_990, 10) == pytest.approx(99.9)
    assert share_available(0, 0) is None
    assert mean([timedelta(hours=1), timedelta(hours=2)]) == timedelta(minutes=90)
    assert mean([]) is None
    assert years_since(date(2023, 11, 1), date(2026, 11, 1)) == pytest.approx(3, abs=0.01)


def test_the_day_of_a_battery_is_read_where_it_is_one() -> None:
    assert battery_date([answer(ups__battery_date="2023/02/01")]) == date(2023, 2, 1)
    assert battery_date([answer(ups__battery_date="last spring"), answer()]) is None


def test_what_is_no_number_is_told_in_a_sentence() -> None:
    told = remarks_of([answer(phones__missing="104, 117", tls__version="TLSv1.3"), answer()])
    assert told == {
        "phones": ["Not registered: 104, 117."],
        "certificates": ["Encrypted with TLSv1.3."],
    }


def test_errors_are_compared_with_those_of_last_month() -> None:
    assert growth(40, 20) == 200
    assert growth(40, 0) is None
