"""Preparing a change of a system's programming: the worker reads its files, and shows the diff."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from tickets.locks import lock_ticket
from tickets.models import Ticket
from upkeep.actions._changes import device_of, hurry, refuse_foreign
from upkeep.changes.answers import read_answers
from upkeep.changes.problems import CannotChange
from upkeep.changes.steps import Step
from upkeep.changing.sheets import keep_answers
from upkeep.changing.systems import Changeable, refuse_unchangeable
from upkeep.models import Change, ChangeState


@transaction.atomic
def ask_change(
    *, ticket: Ticket, device_id: int, kind: str, given: Mapping[str, str], actor: Viewer
) -> Change:
    """Write down what is to be changed. Nothing is changed before somebody has seen the diff.

    Raises NotAllowed; Missing for a system of somebody else; RuleBroken for a ticket of another
    kind, or a system that cannot be changed from here; BadInput naming the answer.
    """
    actor.require(Capability.WORK_TICKETS)
    ticket = lock_ticket(ticket)
    refuse_foreign(ticket)
    device = device_of(ticket, device_id)
    system = refuse_unchangeable(device)
    chosen = next((one for one in system.kinds if one.code == kind), None)
    if chosen is None:
        raise BadInput("Choose one of the changes offered.", field="kind")
    try:
        answers = read_answers(chosen.asks, given)
    except CannotChange as error:
        raise BadInput(error.words, field=error.field, remedy=error.remedy) from error
    _refuse_foreign_places(system, answers)
    now = database_now()
    change = Change.objects.create(
        provider_id=ticket.provider_id,
        customer_id=ticket.customer_id,
        ticket=ticket,
        device=device,
        kind=kind,
        words=chosen.planned(answers)[:300],
        state=ChangeState.READING.value,
        step=Step.READ.value,
        look_at=now,
        asked_by_id=actor.membership_id,
        asked_name=actor.name[:120],
        asked_at=now,
    )
    keep_answers(change, answers)
    record(actor, "change.asked", change, id=change.pk, kind=kind)
    hurry()
    return change


def _refuse_foreign_places(system: Changeable, answers: Mapping[str, str]) -> None:
    path, service = answers.get("path", ""), answers.get("service", "")
    if path and not system.may_hold(path):
        raise BadInput(
            f"{path} is not among what is backed up of {system.device.name}.",
            field="path",
            remedy=f"Files may be changed in: {', '.join(system.places)}.",
        )
    if service and service not in system.services:
        raise BadInput("Choose one of the services of the backup plan.", field="service")
