"""A change of programming in the demo: made at a phone system by hand, with its files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.world import World
from contracts.models import Device, DeviceKind
from tickets.models import Kind, Ticket
from tickets.states import LIVE
from upkeep.actions.record_change import FilePair, record_change

# Nobody changes anything in the first moments of a ticket.
LATELY: Final = timedelta(minutes=20)
WORDS: Final = "Extension 238 was added for your new colleague, and rings in the group for the desk"
BEFORE: Final = """\
[group-desk]
members=201,204,219
seconds=25
[extension-237]
name=Room 2
secret=kelp-anvil-11
"""
AFTER: Final = (
    BEFORE.replace("201,204,219", "201,204,219,238")
    + "[extension-238]\nname=New colleague\nsecret=sorrel-birch-40\n"
)


def change_by_hand(world: World, technician: Viewer, now: datetime) -> None:
    """Record what was done for the newest ticket that asks for a change and waits for nobody."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(now):
        states = [state.value for state in LIVE]
        tickets = Ticket.objects.filter(kind=Kind.PROGRAMMING, state__in=states, approval="")
        tickets = tickets.filter(opened_at__lt=now - LATELY, device__isnull=False)
        ticket = tickets.order_by("-number").first()
        if ticket is None:
            return
        systems = Device.objects.filter(customer=ticket.customer_id, retired_on=None)
        system = systems.filter(kind=DeviceKind.PBX).order_by("pk").first()
        record_change(
            ticket=ticket,
            device_id=(system.pk if system else ticket.device_id) or 0,
            words=WORDS,
            files=[FilePair("export.cfg", BEFORE.encode(), AFTER.encode())],
            actor=technician,
        )
