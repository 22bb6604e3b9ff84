"""Agree on the date of an inspection, or move it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import STAFF_ROLES, Capability
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now
from contracts.day_words import spell_day
from contracts.promised import promised_for
from upkeep.actions._inspections import checked_text, lock_inspection, move, set_look
from upkeep.inspecting.notices import tell_agreed
from upkeep.inspections.states import Move
from upkeep.models import Inspection, InspectionMember

LONGEST = timedelta(hours=12)
MOST_TECHNICIANS = 8


@dataclass(frozen=True, slots=True)
class Visit:
    """When, and by whom (memberships). `reason`: why it is moved, or lies where it should not."""

    starts_at: datetime
    ends_at: datetime
    technician_ids: tuple[int, ...] = ()
    reason: str = ""


@transaction.atomic
def agree_inspection(*, inspection: Inspection, visit: Visit, actor: Viewer) -> Inspection:
    """Write down the visit and tell the customer and the technicians.

    Raises NotAllowed, RuleBroken once it was begun, and BadInput for times that cannot be, people
    who do not work here, and a day outside its days or business hours without a reason.
    """
    actor.require(Capability.MANAGE_INSPECTIONS)
    inspection = lock_inspection(inspection)
    reason = checked_text(visit.reason, field="reason", limit=300)
    _refuse_odd_times(visit)
    if not reason:
        _refuse_odd_day(inspection, visit)
    people = _technicians(visit.technician_ids)
    was_moved = inspection.starts_at is not None and inspection.starts_at != visit.starts_at
    move(inspection, Move.AGREE)
    inspection.starts_at, inspection.ends_at = visit.starts_at, visit.ends_at
    inspection.agreed_at, inspection.reminded_at = database_now(), None
    inspection.reason, inspection.moved = reason, inspection.moved + was_moved
    set_look(inspection)
    inspection.save(
        update_fields=[
            *("state", "starts_at", "ends_at", "agreed_at", "reminded_at", "reason"),
            *("moved", "look_at"),
        ]
    )
    _set_members(inspection, people)
    record(actor, "inspection.agreed", inspection, starts_at=visit.starts_at.isoformat())
    tell_agreed(inspection, was_moved=was_moved)
    return inspection


def _refuse_odd_times(visit: Visit) -> None:
    if visit.starts_at <= database_now():
        raise BadInput("This lies in the past.", field="day", remedy="Choose a later time.")
    if not timedelta() < visit.ends_at - visit.starts_at <= LONGEST:
        raise BadInput(
            "A visit lasts from a minute to 12 hours.", field="end", remedy="Choose another end."
        )


def _refuse_odd_day(inspection: Inspection, visit: Visit) -> None:
    zone = ZoneInfo(inspection.site.zone)
    day = visit.starts_at.astimezone(zone).date()
    first, last = inspection.earliest, inspection.latest
    if first and last and not first <= day <= last:
        raise BadInput(
            f"It is to be made from {spell_day(first)} to {spell_day(last)}.",
            field="day",
            remedy="Choose a day of these, or give a reason below.",
        )
    promised = promised_for(
        customer_id=inspection.customer_id,
        site_id=inspection.site_id,
        device_id=inspection.device_id,
        at=visit.starts_at,
    )
    open_time = promised.calendar.between(visit.starts_at, visit.ends_at)
    if open_time < visit.ends_at - visit.starts_at:
        raise BadInput(
            f"{spell_day(day)} is a holiday, or this is outside business hours.",
            field="day",
            remedy="Choose another time, or give a reason below.",
        )


def _technicians(ids: Collection[int]) -> list[Membership]:
    roles = [role.value for role in STAFF_ROLES]
    rows = Membership.objects.filter(pk__in=ids, role__in=roles, is_active=True).order_by("pk")
    people = list(rows)
    if len(people) != len(set(ids)) or len(people) > MOST_TECHNICIANS:
        raise BadInput(
            "Not all of these people work here.",
            field="technicians",
            remedy=f"Choose up to {MOST_TECHNICIANS} of the list.",
        )
    return people


def _set_members(inspection: Inspection, people: list[Membership]) -> None:
    wanted = {person.pk for person in people}
    inspection.members.exclude(technician__in=wanted).delete()
    known = set(inspection.members.values_list("technician", flat=True))
    InspectionMember.objects.bulk_create(
        InspectionMember(
            provider_id=inspection.provider_id,
            customer_id=inspection.customer_id,
            inspection=inspection,
            technician_id=pk,
        )
        for pk in sorted(wanted - known)
    )
