"""A month's figures, and the promises behind them, as their pages and files show them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from calcom_portal.common.timewords import spell_span
from contracts.goods.cells import guarded
from contracts.sla import Metric
from tickets.kept import Figures, Kept, not_judged, standing
from tickets.models import Clock, Verdict
from tickets.months import Month
from tickets.verdicts import Outcome

MONTHS_OFFERED = 24
METRICS = {Metric.RESPOND.value: "First answer", Metric.RESOLVE.value: "Solution"}
COLUMNS = (
    *("month", "customer_number", "customer", "answers_in_time", "answers_late"),
    *("solutions_in_time", "solutions_late", "not_judged", "answered"),
    "median_minutes_to_first_answer",
)
PROMISE_COLUMNS = (
    *("ticket", "subject", "promise", "verdict", "due", "done", "sealed", "correction"),
)


class Show(StrEnum):
    """Which promises of a month are listed."""

    ALL = "all"
    MET = "met"
    MISSED = "missed"
    NOT_JUDGED = "open"

    @property
    def label(self) -> str:
        """Return the name of the tab."""
        return {"all": "Judged", "met": "Kept", "missed": "Missed", "open": "Not judged"}[self]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise of a month."""

    ref: str
    subject: str
    metric: str
    verdict: str
    verdict_text: str
    due: datetime | None
    done: datetime | None
    note: str

    @property
    def url(self) -> str:
        """Return the ticket's page."""
        return reverse("ticket", args=[self.ref])

    @property
    def why_url(self) -> str:
        """Return the page that shows how the deadline came about."""
        return reverse("ticket_explanation", args=[self.ref])


def months_offered(now: datetime, zone: tzinfo) -> list[Month]:
    """Return the months that can be chosen, the newest first."""
    return [Month.of(now, zone).moved(-back) for back in range(MONTHS_OFFERED)]


def total_of(figures: Iterable[Figures]) -> dict[str, Any]:
    """Return the sums of all customers. A median of medians would say nothing: there is none."""
    respond, resolve, waiting, answered = Kept(), Kept(), 0, 0
    for one in figures:
        respond, resolve = respond + one.respond, resolve + one.resolve
        waiting, answered = waiting + one.not_judged, answered + one.answered
    return {
        "respond": respond,
        "resolve": resolve,
        "missed": respond.missed + resolve.missed,
        "not_judged": waiting,
        "answered": answered,
    }


def rows_of(show: Show, start: datetime, end: datetime) -> QuerySet[Any]:
    """Return what a tab lists, verdicts or clocks, with their tickets."""
    if show is Show.NOT_JUDGED:
        return not_judged(start, end).select_related("ticket").annotate(done_at=F("stopped_at"))
    # A miss is sealed when it happens; what was promised is often done later.
    of_promise = Clock.objects.filter(ticket_id=OuterRef("ticket_id"), metric=OuterRef("metric"))
    done = Coalesce("stopped_at", Subquery(of_promise.values("stopped_at")[:1]))
    rows = standing(start, end).select_related("ticket").annotate(done_at=done)
    return rows if show is Show.ALL else rows.filter(outcome=show.value)


def promise_row(row: Verdict | Clock) -> PromiseRow:
    """Return a row of the list."""
    verdict, reason = (row.outcome, row.reason) if isinstance(row, Verdict) else ("none", "")
    words = {Outcome.MET.value: "Kept", Outcome.MISSED.value: "Missed"}
    return PromiseRow(
        ref=row.ticket.reference,
        subject=row.ticket.subject,
        metric=METRICS.get(row.metric, row.metric),
        verdict=verdict,
        verdict_text=words.get(verdict, "Not judged"),
        due=row.due_at,
        # Put there by `rows_of`.
        done=vars(row)["done_at"],
        note=f"Corrected: {reason}" if reason else "",
    )


def tabs_of(url: str, month: Month, chosen: Show) -> list[dict[str, Any]]:
    """Return the tabs above the list."""
    return [
        {
            "name": show.label,
            "url": f"{url}?{urlencode({'month': str(month), 'show': show.value})}",
            "current": show is chosen,
        }
        for show in Show
    ]


def spell_median(median: timedelta | None) -> str:
    """Return the middle time to the first answer in words."""
    return spell_span(median) if median is not None else "–"


def figures_csv(month: Month, figures: Iterable[Figures]) -> bytes:
    """Return one row a customer: UTF-8 with its mark, RFC 4180, safe in spreadsheets."""
    return _csv(COLUMNS, (_cells(month, one) for one in figures))


def promises_csv(rows: Iterable[Verdict | Clock], zone: tzinfo) -> bytes:
    """Return one row a promise, instants with their offset."""
    return _csv(PROMISE_COLUMNS, (_promise_cells(row, zone) for row in rows))


def _cells(month: Month, one: Figures) -> Iterator[object]:
    minutes = "" if one.median is None else int(one.median.total_seconds() // 60)
    yield from (str(month), guarded(one.number), guarded(one.name))
    yield from (one.respond.met, one.respond.missed, one.resolve.met, one.resolve.missed)
    yield from (one.not_judged, one.answered, minutes)


def _promise_cells(row: Verdict | Clock, zone: tzinfo) -> Iterator[object]:
    shown = promise_row(row)
    yield from (shown.ref, guarded(shown.subject), shown.metric, shown.verdict_text)
    sealed = row.sealed_at if isinstance(row, Verdict) else None
    for instant in (shown.due, shown.done, sealed):
        yield "" if instant is None else instant.astimezone(zone).isoformat(timespec="seconds")
    yield guarded(shown.note)


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    written = StringIO()
    # With the mark by which spreadsheets know UTF-8.
    written.write("\ufeff")
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue().encode()
