"""Northline, a second and much smaller provider: the wall between tenants has two sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from calcom_portal.demo.acts import Act, Opening
from calcom_portal.demo.customers import CustomerSpec, SiteSpec
from calcom_portal.demo.stories import Verb
from calcom_portal.demo.world import World
from contracts.sla import Priority
from tickets.models import Kind

RIVAL: Final = {
    "name": "Northline",
    "slug": "northline",
    "reference_prefix": "NL",
    "mail_from": "service@northline.example",
    "phone": "+12065550100",
}
RIVAL_CUSTOMER: Final = CustomerSpec(
    "Fjord Foods",
    "C-1",
    "+12065550119",
    "fjordfoods.example",
    "Yealink",
    300,
    (
        SiteSpec(
            "Ballard", "5300 Shilshole Avenue, Seattle, WA 98107", ("Office", "Smokehouse"), ()
        ),
    ),
)
ASKED: Final = (
    (timedelta(days=30), "Phone in the smokehouse is dead", "The phone in the smokehouse is dead."),
    (timedelta(hours=20), "Greeting for the holidays", "Could you record a greeting for us?"),
)


def rival_acts(world: World, now: datetime) -> list[Act]:
    """Return two reports, the older one answered and resolved."""
    customer = world.customers[0]
    reporter, technician = customer.people[0], world.technicians[0]
    acts: list[Act] = []
    for key, (ago, subject, text) in enumerate(ASKED, start=1):
        opening = Opening(
            customer_id=customer.id,
            site_id=customer.sites[0].id,
            device_id=None,
            kind=(Kind.PROBLEM if key == 1 else Kind.PROGRAMMING).value,
            subject=subject,
            priority=Priority.MINOR,
            reason="",
            answers={},
        )
        acts.append(Act(now - ago, key, Verb.OPEN, reporter, text, opening=opening))
    answered_at = now - ASKED[0][0] + timedelta(hours=3)
    done = "A cable had come loose. It is back in and the phone works."
    acts.append(Act(answered_at, 1, Verb.CLAIM, technician))
    acts.append(Act(answered_at + timedelta(hours=1), 1, Verb.RESOLVE, technician, done))
    return sorted(acts)
