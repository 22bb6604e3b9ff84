"""What our own books say of a system: results, outages, dates, and the work of the month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum

from calcom_portal.common.timewords import spell_span
from contracts.day_words import spell_day
from contracts.models import Device, DeviceKind
from monitoring.health.readings import Reading, longest_run, mean, share_available, years_since
from monitoring.health_sources import told_of
from monitoring.models import Check, Incident, Rollup, StateChange, Step
from monitoring.states import OUTAGE, State
from tickets.models import Ticket

RESULTS = "Results of the checks"
MICROSECONDS = 1_000
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Books:
    """What was found: numbers, and sentences by item."""

    readings: list[Reading]
    remarks: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that figures tell of."""

    since: datetime
    until: datetime


def books_of(device: Device, stretch: Stretch) -> Books:
    """Return what is known of a device, with its product model loaded. Six queries, one for each
    check of lines, and those of the sources that apps above registered.
    """
    checks = list(Check.objects.filter(device_id=device.pk).order_by("pk"))
    readings = [
        *_results(checks, stretch),
        *_support(device, stretch.until),
        *_age(device, stretch.until),
        *_wifi(device, checks, stretch),
        *_away(checks, stretch),
    ]
    is_watched = any(one.measure == "availability" for one in readings)
    outages = _outages(device, stretch, is_watched=is_watched)
    remarks = {"availability": outages, "changes": _work(device, stretch)}
    told = told_of(device, stretch.since, stretch.until)
    for item, said in told.remarks.items():
        remarks[item] = [*remarks.get(item, ()), *said]
    readings += told.readings
    return Books(readings, {item: said for item, said in remarks.items() if said})


def _results(checks: Sequence[Check], stretch: Stretch) -> Iterator[Reading]:
    names = {check.pk: check for check in checks}
    for row in _sums(list(names), stretch):
        check = names[row["of_check"]]
        share = share_available(row["up"] or 0, row["down"] or 0)
        count = row["answered"] + row["dead"]
        source = f"{count:,} results of check “{check.name}”"
        if share is not None:
            yield Reading("availability", share, check.name, source, stretch.until)
        if check.kind.startswith("sip") and count:
            loss = 100 * row["dead"] / count
            yield Reading("sip.loss", loss, check.name, source, stretch.until)
            if row["slow"] and row["answered"]:
                slow = row["slow"] / row["answered"] / MICROSECONDS
                yield Reading("sip.p95", slow, check.name, source, stretch.until)


def _sums(check_ids: Sequence[int], stretch: Stretch) -> Iterable[dict[str, Any]]:
    """Return seconds, results, and answers times how slow they were, check by check.

    Whole days (UTC) and the five minutes of today, whose day is not summed up yet.
    """
    today = datetime.combine(stretch.until.astimezone(UTC).date(), time(), UTC)
    days = Q(step=Step.DAY, starts_at__gte=stretch.since - timedelta(days=1), starts_at__lt=today)
    minutes = Q(step=Step.FIVE_MINUTES, starts_at__gte=today, starts_at__lt=stretch.until)
    answered = F("alive") + F("degraded")
    rows = Rollup.objects.filter(days | minutes, of_check__in=check_ids)
    summed = rows.values("of_check").annotate(
        up=Sum("up_seconds"),
        down=Sum("down_seconds"),
        answered=Sum(answered),
        dead=Sum("dead"),
        slow=Sum(answered * F("took_p95_us")),
    )
    return [dict(row) for row in summed.order_by("of_check")]


def _support(device: Device, until: datetime) -> Iterator[Reading]:
    model = device.product_model
    if model is not None and model.support_ends_on is not None:
        left = (model.support_ends_on - until.date()).days
        source = f"Catalogue: {model}, until {spell_day(model.support_ends_on)}"
        yield Reading("support.left", left, "", source, until)


def _age(device: Device, until: datetime) -> Iterator[Reading]:
    if device.kind == DeviceKind.UPS and device.installed_on is not None:
        source = f"Installed on {spell_day(device.installed_on)}"
        years = years_since(device.installed_on, until.date())
        yield Reading("ups.age", years, "", source, until)


def _away(checks: Sequence[Check], stretch: Stretch) -> Iterator[Reading]:
    """Give how long a phone system answered and told, without a break, that a line was down.

    Its check is impaired then, and by nothing else unless somebody set limits of its own.
    """
    for check in checks:
        tells_lines = "trunks.count" in check.last_facts and not check.settings.get("limits")
        if check.kind != "asterisk" or not tells_lines:
            continue
        steps = Rollup.objects.filter(
            of_check=check, step=Step.FIVE_MINUTES, alive=0, degraded__gt=0
        )
        within = steps.filter(starts_at__gte=stretch.since, starts_at__lt=stretch.until)
        starts = within.order_by("starts_at").values_list("starts_at", flat=True)
        away = longest_run(starts, timedelta(seconds=check.every_seconds))
        source = f"{RESULTS}: “{check.name}”"
        yield Reading("trunks.away", away / MINUTE, check.name, source, stretch.until)


def _wifi(device: Device, checks: Sequence[Check], stretch: Stretch) -> Iterator[Reading]:
    if device.kind != DeviceKind.ACCESS_POINT or not checks:
        return
    down = sum(State(check.state) in OUTAGE for check in checks)
    yield Reading("wifi.down", down, "", "Its checks now", stretch.until)
    changes = StateChange.objects.filter(of_check__in=checks, became=State.DOWN.value)
    flaps = changes.filter(at__gte=stretch.since, at__lt=stretch.until).count()
    yield Reading("wifi.flaps", flaps, "", RESULTS, stretch.until)


def _outages(device: Device, stretch: Stretch, *, is_watched: bool) -> list[str]:
    rows = Incident.objects.filter(device_id=device.pk, opened_at__lt=stretch.until)
    rows = rows.filter(Q(recovered_at=None) | Q(recovered_at__gte=stretch.since))
    found = list(rows.values_list("opened_at", "recovered_at", "parent", "parent__device"))
    times = [(start, end) for start, end, parent, _ in found if parent is None]
    # What hangs on an outage of the device itself is that outage, told once. Behind equipment
    # that is down, silence says nothing of this device.
    hidden = _behind(sum(parent is not None and of != device.pk for *_, parent, of in found))
    if not times:
        return ["No outage.", *hidden] if is_watched else hidden
    lengths = [end - start for start, end in times if end is not None]
    told = [f"{len(times)} outage{'' if len(times) == 1 else 's'}."]
    if (average := mean(lengths)) is not None:
        told.append(f"It was back after {spell_span(average)} on average.")
    if len(lengths) < len(times):
        told.append("It is out now.")
    return told + hidden


def _behind(count: int) -> list[str]:
    times = "once" if count == 1 else f"{count} times"
    return [f"Out of reach {times}, behind other equipment."] if count else []


def _work(device: Device, stretch: Stretch) -> list[str]:
    rows = Ticket.objects.filter(device_id=device.pk)
    counts = rows.aggregate(
        opened=Count("pk", filter=_within("opened_at", stretch)),
        changes=Count("pk", filter=_within("opened_at", stretch) & Q(kind="programming")),
        closed=Count("pk", filter=_within("resolved_at", stretch)),
        open=Count("pk", filter=Q(resolved_at=None, closed_at=None)),
    )
    words = (
        ("opened", "ticket opened", "tickets opened"),
        ("changes", "of them for a programming change", "of them for programming changes"),
        ("closed", "resolved", "resolved"),
        ("open", "ticket open now", "tickets open now"),
    )
    told = [f"{counts[key]} {one if counts[key] == 1 else many}" for key, one, many in words
            if counts[key]]  # fmt: skip
    return [f"{', '.join(told)}."] if told else []


def _within(field: str, stretch: Stretch) -> Q:
    return Q(**{f"{field}__gte": stretch.since, f"{field}__lt": stretch.until})
