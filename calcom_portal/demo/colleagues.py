"""Colleagues with limits, one who is authorised for changes, and a technician who has left."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from accounts.actions import deactivate_person, limit_person
from accounts.allowances import Allowance
from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import (
    customer_scope,
    provider_scope,
    replayed_scope,
)
from calcom_portal.demo.people import PersonSpec
from calcom_portal.demo.world import CustomerRow, World
from contracts.sla import Priority
from tickets.actions import TicketRequest, open_ticket
from tickets.models import Kind

LEFT: Final = PersonSpec("Colin Webb", Role.TECHNICIAN, phone="+14155550106")

# By customer: who sees one site only, who their own tickets only, who approves changes.
ONE_SITE: Final = ("C-1003", "Lorraine Hughes", 0)
OWN_TICKETS: Final = ("C-1001", "Grace Tanaka")
APPROVES: Final = ("C-1001", "Amit Bhatt")
ASKS: Final = ("C-1001", "Elena Moreno")
SUBJECT: Final = "Add our new hygienist to the ring group"
TEXT: Final = (
    "Jo starts on Monday. Please add her extension 214 to the front desk ring group, and let"
    " her take calls when both front desk phones are busy."
)


def settle_colleagues(world: World, now: datetime) -> None:
    """Limit, name and say goodbye, as administrators would; then ask for a change."""
    admin = next(one for one in world.viewers.values() if one.can("manage_people"))
    with provider_scope(provider_id=world.provider_id), replayed_scope(now):
        number, name, place = ONE_SITE
        site = _customer(world, number).sites[place]
        _allow(world, name, Allowance(site_ids=(site.id,)), admin)
        _allow(world, OWN_TICKETS[1], Allowance(own_tickets_only=True), admin)
        _allow(world, APPROVES[1], Allowance(may_approve_changes=True), admin)
        colin = Membership.objects.get(pk=world.viewers[LEFT.name].membership_id or 0)
        deactivate_person(person=colin, actor=admin)
    _ask_for_a_change(world, now)


def _allow(world: World, name: str, allowance: Allowance, admin: Viewer) -> None:
    person = Membership.objects.get(pk=world.viewers[name].membership_id or 0)
    limit_person(person=person, allowance=allowance, actor=admin)


def _ask_for_a_change(world: World, now: datetime) -> None:
    number, name = ASKS
    customer, actor = _customer(world, number), world.viewers[name]
    site = customer.sites[0]
    request = TicketRequest(
        kind=Kind.PROGRAMMING.value,
        subject=SUBJECT,
        text=TEXT,
        customer_id=customer.id,
        site_id=site.id,
        reporter_id=actor.membership_id or 0,
        priority=Priority.MINOR,
        priority_reason="Requests are answered like minor problems.",
    )
    scope = customer_scope(provider_id=world.provider_id, customer_id=customer.id)
    with scope, replayed_scope(now):
        open_ticket(request=request, actor=actor)


def _customer(world: World, number: str) -> CustomerRow:
    return next(row for row in world.customers if row.number == number)
