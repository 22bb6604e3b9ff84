"""The facts of a restore: read, and added to. They are never changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from calcom_portal.common.tenancy import database_now
from upkeep.models import Restore, RestoreStep
from upkeep.restores.steps import Fact, Outcome, Step


def facts_of(restore: Restore) -> list[Fact]:
    """Return what was done, in order."""
    rows = RestoreStep.objects.filter(restore=restore).order_by("number")
    return [Fact(Step(code), Outcome(how)) for code, how in rows.values_list("code", "outcome")]


def told_by(restore: Restore, step: Step) -> dict[str, Any]:
    """Return all that the facts of a step have told; a later one counts before an earlier one."""
    told: dict[str, Any] = {}
    rows = RestoreStep.objects.filter(restore=restore, code=step.value).order_by("number")
    for facts in rows.values_list("facts", flat=True):
        told |= facts
    return told


def add_fact(
    restore: Restore,
    step: Step,
    outcome: Outcome,
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> RestoreStep:
    """Write a fact down. The caller has locked the restore."""
    rows = RestoreStep.objects.filter(restore=restore)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    made: RestoreStep = RestoreStep.objects.create(
        provider_id=restore.provider_id,
        customer_id=restore.customer_id,
        restore=restore,
        number=number,
        code=step.value,
        outcome=outcome.value,
        words=words[:500],
        facts=facts or {},
        at=database_now(),
    )
    return made
