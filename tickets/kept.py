"""Were the promises kept? A month's figures from sealed verdicts, and the tickets behind each.

A promise belongs to the month in which it was due. What counts is the verdict that stands: one that
was corrected counts as its correction says. Everything asks for the current scope only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
)

from accounts.models import Customer
from contracts.sla import ClockState, Metric
from tickets.models import Clock, Ticket, Verdict
from tickets.months import Month
from tickets.verdicts import Outcome

# Due in the month, and nobody has judged it: it runs, it waits, or the ticket ended before.
NOT_JUDGED = [
    state.value
    for state in (ClockState.RUNNING, ClockState.WAITING, ClockState.PAUSED, ClockState.ENDED)
]


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was kept."""

    met: int = 0
    missed: int = 0

    @property
    def judged(self) -> int:
        """Return how many were judged."""
        return self.met + self.missed

    @property
    def percent(self) -> int | None:
        """Return the share that was met, rounded down; None where nothing was judged.

        Rounded down, so that 100 % means every single one.
        """
        return self.met * 100 // self.judged if self.judged else None

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.met + other.met, self.missed + other.missed)


@dataclass(frozen=True, slots=True)
class Figures:
    """A customer's month.

    `median` is the time from opening to the first answer, nights and weekends included, of the
    `answered` tickets that were first answered in the month.
    """

    customer_id: int
    name: str
    number: str
    respond: Kept
    resolve: Kept
    not_judged: int
    answered: int
    median: timedelta | None

    @property
    def missed(self) -> int:
        """Return how many promises of either kind were missed."""
        return self.respond.missed + self.resolve.missed


class Median(Aggregate):
    """The middle value of a group, in PostgreSQL's words."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def figures_of(month: Month, zone: tzinfo) -> list[Figures]:
    """Return the figures of every customer with something in the month, by name."""
    start, end = month.bounds(zone)
    judged: dict[tuple[int, str, str], int] = {
        (customer_id, metric, outcome): n
        for customer_id, metric, outcome, n in standing(start, end)
        .values_list("customer_id", "metric", "outcome")
        .annotate(n=Count("*"))
        .order_by()
    }
    waiting = dict(_counted(not_judged(start, end)))
    answers = {row[0]: row[1:] for row in _answers(start, end)}
    ids = {customer_id for customer_id, _, _ in judged} | set(waiting) | set(answers)
    customers = Customer.objects.filter(pk__in=ids).order_by("name", "pk")
    return [
        Figures(
            customer.pk,
            customer.name,
            customer.number,
            respond=_kept(judged, customer.pk, Metric.RESPOND),
            resolve=_kept(judged, customer.pk, Metric.RESOLVE),
            not_judged=waiting.get(customer.pk, 0),
            answered=answers.get(customer.pk, (0, None))[0],
            median=answers.get(customer.pk, (0, None))[1],
        )
        for customer in customers
    ]


def standing(start: datetime, end: datetime) -> QuerySet[Verdict]:
    """Return the verdicts that stand on promises due from `start` until before `end`."""
    correction = Verdict.objects.filter(corrects_id=OuterRef("pk"))
    return Verdict.objects.filter(~Exists(correction), due_at__gte=start, due_at__lt=end)


def not_judged(start: datetime, end: datetime) -> QuerySet[Clock]:
    """Return the clocks due in the time that have no verdict."""
    return Clock.objects.filter(state__in=NOT_JUDGED, due_at__gte=start, due_at__lt=end)


def answered(start: datetime, end: datetime) -> QuerySet[Ticket]:
    """Return the tickets that were first answered in the time."""
    return Ticket.objects.filter(responded_at__gte=start, responded_at__lt=end)


def _answers(start: datetime, end: datetime) -> Any:
    took = ExpressionWrapper(F("responded_at") - F("opened_at"), output_field=DurationField())
    rows = answered(start, end).values_list("customer_id").order_by()
    return rows.annotate(n=Count("*"), median=Median(took))


def _counted(rows: QuerySet[Any]) -> Any:
    return rows.values_list("customer_id").annotate(n=Count("*")).order_by()


def _kept(judged: dict[tuple[int, str, str], int], customer_id: int, metric: Metric) -> Kept:
    met, missed = (
        judged.get((customer_id, metric.value, outcome.value), 0)
        for outcome in (Outcome.MET, Outcome.MISSED)
    )
    return Kept(met, missed)
