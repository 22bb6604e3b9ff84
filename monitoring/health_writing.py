"""Judges what was found about a system, and writes it down as the lines of its health check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitoring.health.changes import changes
from monitoring.health.items import ITEM
from monitoring.health.judging import Judged, Line, judge_all, judge_item, overall
from monitoring.health.measures import MEASURE, Bounds, ByHand, is_judged
from monitoring.health.readings import (
    Answer,
    Reading,
    battery_date,
    days_to_full,
    growth,
    readings_of,
    remarks_of,
    restarts,
    started_at,
    versions_of,
    years_since,
)
from monitoring.health.status import Status
from monitoring.health_books import Stretch, books_of
from monitoring.models import HealthCheck, HealthItem, HealthState, HealthThreshold

# Without a check before, figures tell of so many days.
USUAL = timedelta(days=30)
LONGEST = timedelta(days=45)
STARTED = "Running since"


@dataclass(frozen=True, slots=True)
class LastTime:
    """What the check before found. All empty where there was none."""

    at: datetime | None
    values: Mapping[tuple[str, str], float]
    statuses: Mapping[str, Status]
    readings: Sequence[Reading]


def write_check(health_check: HealthCheck, answers: Sequence[Answer], now: datetime) -> None:
    """Freeze what was found as lines; the check is then to be reviewed."""
    last = last_time(health_check)
    stretch = Stretch(_since(last, now), now)
    books = books_of(health_check.device, stretch)
    told = remarks_of(answers)
    remarks = {item: [*told.get(item, ()), *books.remarks.get(item, ())]
               for item in (*told, *books.remarks)}  # fmt: skip
    if versions := versions_of(answers):
        remarks.setdefault("firmware", []).append(f"It names itself {', '.join(versions)}.")
    readings = [
        *_without_doubles(books.readings, answers, now),
        *_compared(readings_of(answers), answers, last, stretch),
        *_by_hand(last, now.date()),
    ]
    lines = judge_all(
        health_check.device.kind,
        readings,
        remarks=remarks,
        bounds=bounds_of(health_check.provider_id),
        last=last.values,
    )
    _save(health_check, lines, last, stretch)


def last_time(health_check: HealthCheck) -> LastTime:
    """Return what the newest collected check of the same system before this one found."""
    rows = HealthCheck.objects.filter(
        device_id=health_check.device_id,
        state__in=(HealthState.COLLECTED.value, HealthState.SIGNED.value),
    ).exclude(pk=health_check.pk)
    before = rows.filter(planned_at__lte=health_check.planned_at).order_by("-collected_at").first()
    if before is None:
        return LastTime(None, {}, {}, ())
    items = list(before.items.order_by("number"))
    judged = [one for item in items for one in judged_of(item)]
    return LastTime(
        at=before.collected_at,
        values={(one.reading.measure, one.reading.subject): one.reading.value for one in judged},
        statuses={item.code: Status(item.status) for item in items},
        readings=[one.reading for one in judged],
    )


def judged_of(item: HealthItem) -> list[Judged]:
    """Return the readings behind a line. What a former version measured is left out."""
    return [Judged.from_dict(kept) for kept in item.evidence if kept["measure"] in MEASURE]


def bounds_of(provider_id: int) -> dict[str, Bounds]:
    """Return what a provider set instead of the usual bounds, by measure."""
    rows = HealthThreshold.objects.filter(provider=provider_id)
    # What is no longer judged keeps no bounds that nobody can see.
    return {row.code: Bounds(row.warn, row.crit) for row in rows if is_judged(row.code)}


def line_again(item: HealthItem, readings: Iterable[Reading]) -> Line:
    """Judge a line again with other readings, by the bounds that counted when it was made."""
    before = {(one.reading.measure, one.reading.subject): one.last for one in judged_of(item)}
    return judge_item(
        ITEM[item.code],
        readings,
        remarks=(),
        bounds=bounds_of(item.provider_id),
        last={key: value for key, value in before.items() if value is not None},
    )


def fill_item(item: HealthItem, line: Line) -> None:
    """Take a line over into its row. Not saved."""
    item.status, item.value, item.advice = line.status.value, line.value, line.advice
    item.evidence = [one.to_dict() for one in line.judged]
    first = line.judged[0] if line.judged else None
    item.figure = first.reading.value if first else None
    item.unit = first.measure.unit.value if first else ""
    item.former = first.last_text if first else ""


def reading_by_hand(measure: str, given: str, today: date, source: str, at: datetime) -> Reading:
    """Return what somebody wrote as a reading: a day becomes days from or until `today`."""
    kind = MEASURE[measure].by_hand
    if kind is ByHand.NUMBER:
        value = float(given)
    else:
        days = (date.fromisoformat(given) - today).days
        value = float(days if kind is ByHand.DAY_AHEAD else -days)
    return Reading(measure, value, "", source, at, given)


def _since(last: LastTime, now: datetime) -> datetime:
    if last.at is None:
        return now - USUAL
    return max(last.at, now - LONGEST)


def _without_doubles(
    readings: Iterable[Reading], answers: Sequence[Answer], now: datetime
) -> list[Reading]:
    """Return the readings of our books, with what the equipment itself knows better."""
    made = battery_date(answers)
    years = years_since(made, now.date()) if made else 0.0
    return [
        replace(one, value=years, source="The battery's own date")
        if made and one.measure == "ups.age"
        else one
        for one in readings
    ]


def _compared(
    readings: Sequence[Reading], answers: Sequence[Answer], last: LastTime, stretch: Stretch
) -> list[Reading]:
    """Return readings of equipment with those that only a comparison gives."""
    found = list(readings)
    started = started_at(answers)
    if started is not None and not any(one.measure == "restarts" for one in found):
        before = _started_before(last)
        count = restarts(started, before, stretch.since)
        source = f"{STARTED} {started.isoformat(timespec='seconds')}"
        found.append(Reading("restarts", count, "", source, stretch.until))
    for one in readings:
        former = last.values.get((one.measure, one.subject))
        if former is None or last.at is None:
            continue
        if one.measure == "disk.used":
            left = days_to_full(one.value, former, stretch.until - last.at)
            if left is not None:
                found.append(replace(one, measure="disk.days_to_full", value=left))
        if one.measure == "logs.errors" and (grown := growth(one.value, former)) is not None:
            found.append(replace(one, measure="logs.growth", value=grown))
    return found


def _started_before(last: LastTime) -> datetime | None:
    for one in last.readings:
        if one.measure == "restarts" and one.source.startswith(STARTED):
            return datetime.fromisoformat(one.source.removeprefix(STARTED).strip())
    return None


def _by_hand(last: LastTime, today: date) -> list[Reading]:
    """Return what somebody wrote once and what still holds: the day of a test, an end."""
    return [
        reading_by_hand(one.measure, one.given, today, one.source, one.at)
        for one in last.readings
        if one.given and one.at and MEASURE[one.measure].by_hand is not ByHand.NUMBER
    ]


def _save(
    health_check: HealthCheck, lines: Sequence[Line], last: LastTime, stretch: Stretch
) -> None:
    rows = []
    for line in lines:
        item = HealthItem(
            provider_id=health_check.provider_id,
            customer_id=health_check.customer_id,
            health_check=health_check,
            number=line.item.number,
            code=line.item.code,
            title=line.item.title,
        )
        fill_item(item, line)
        rows.append(item)
    HealthItem.objects.bulk_create(rows)
    health_check.overall = overall(lines).value
    health_check.changes = changes(lines, last.statuses)
    health_check.measured_from, health_check.collected_at = stretch.since, stretch.until
    health_check.state, health_check.look_at = HealthState.COLLECTED.value, None
    health_check.save(
        update_fields=[
            *("overall", "changes", "measured_from", "collected_at", "state", "look_at", "step"),
            *("done_count", "total_count"),
        ]
    )
