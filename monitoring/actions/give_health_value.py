"""Write down what no connection tells: the day of a test, the end of the licences."""

from __future__ import annotations

import math
from datetime import date

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.day_words import spell_day
from contracts.days import today_of_provider
from monitoring.actions._review import lock_item
from monitoring.health.judging import overall_of
from monitoring.health.measures import MEASURE, ByHand
from monitoring.health.status import Status
from monitoring.health_writing import fill_item, judged_of, line_again, reading_by_hand
from monitoring.models import HealthCheck, HealthItem

MOST = 1_000_000


@transaction.atomic
def give_health_value(*, item: HealthItem, measure: str, given: str, actor: Viewer) -> HealthItem:
    """Judge a line with what somebody found out: a number, or a day as 2026-06-30.

    Days are remembered: next month's check counts from them. Raises NotAllowed, BadInput naming
    `given`, RuleBroken once the report is signed.
    """
    actor.require(Capability.SIGN_HEALTH_CHECKS)
    now, today = database_now(), today_of_provider(actor.provider_id, database_now())
    given = _checked(measure, given.strip(), today)
    item = lock_item(item)
    source = f"Written down by {actor.name} on {spell_day(today)}"
    reading = reading_by_hand(measure, given, today, source, now)
    others = [one.reading for one in judged_of(item) if one.reading.measure != measure]
    fill_item(item, line_again(item, [*others, reading]))
    item.save(update_fields=["status", "value", "advice", "evidence", "figure", "unit", "former"])
    _judge_check(item.health_check)
    record(actor, "health.value_given", item.health_check, measure=measure, given=given)
    return item


def _checked(measure: str, given: str, today: date) -> str:
    kind = MEASURE[measure].by_hand if measure in MEASURE else None
    if kind is None:
        raise BadInput("This cannot be written down by hand.", field="given")
    if kind is ByHand.NUMBER:
        return _number(given)
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise BadInput("Write a day as 2026-06-30.", field="given") from error
    if kind is ByHand.DAY_PAST and day > today:
        raise BadInput("This day is still to come.", field="given", remedy="Write when it was.")
    return day.isoformat()


def _number(given: str) -> str:
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not given.isascii() or not 0 <= number <= MOST:
        raise BadInput(f"Write a number from 0 to {MOST:,}.", field="given")
    return given


def _judge_check(health_check: HealthCheck) -> None:
    lines = health_check.items.values_list("code", "status")
    health_check.overall = overall_of((code, Status(status)) for code, status in lines).value
    health_check.save(update_fields=["overall"])
