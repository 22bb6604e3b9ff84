"""The demo looks alive at whatever hour it is loaded. Nothing is stored here."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from accounts.capabilities import Role
from accounts.viewer import Viewer
from calcom_portal.demo.acts import Act
from calcom_portal.demo.customers import CUSTOMERS, CustomerSpec
from calcom_portal.demo.devices import devices_at
from calcom_portal.demo.people import CUSTOMER_PEOPLE, STAFF
from calcom_portal.demo.scenario import scenario
from calcom_portal.demo.stories import Verb
from calcom_portal.demo.stories.turns import ANSWERS
from calcom_portal.demo.world import CustomerRow, DeviceRow, SiteRow, World
from contracts.catalogue import BUSINESS_HOURS, TIERS
from contracts.sla import Metric, Promise, ServiceCalendar

HOURS = ServiceCalendar.from_dict(BUSINESS_HOURS | {"holidays": ["2026-11-26", "2026-12-25"]})
TIER_1, TIER_2 = (tier.promise for tier in TIERS)
# At opening, at noon, in the night of a weekend, just before closing, after a holiday, new year.
LOADED_AT = (
    "2026-11-23T08:05:00-08:00",
    "2026-11-25T12:00:00-08:00",
    "2026-12-05T03:00:00-08:00",
    "2026-12-11T16:58:00-08:00",
    "2026-11-28T22:00:00-08:00",
    "2027-01-04T07:30:00-08:00",
)


def stage() -> World:
    """Return the demo's world with numbers for ids."""
    ids = count(1)

    def row(spec: CustomerSpec) -> CustomerRow:
        sites = tuple(
            SiteRow(
                next(ids),
                site.name,
                tuple(
                    DeviceRow(next(ids), one.name, one.kind, one.product.model, one.room)
                    for one in devices_at(site, spec.fleet)
                ),
            )
            for site in spec.sites
        )
        people = tuple(one.name for one in CUSTOMER_PEOPLE if one.company == spec.number)
        return CustomerRow(next(ids), spec.number, spec.busy, people, sites)

    viewers = {one.name: Viewer(one.name, one.role, 1) for one in STAFF + CUSTOMER_PEOPLE}
    technicians = tuple(one.name for one in STAFF if one.role is Role.TECHNICIAN)
    return World(1, viewers, tuple(map(row, CUSTOMERS)), technicians, "Priya Shah")


def promise(customer: CustomerRow, site: SiteRow, device: DeviceRow | None) -> Promise:
    """Promise an answer to every second customer."""
    return TIER_2 if int(customer.number[-1]) % 2 else TIER_1


def played(loaded_at: str) -> tuple[list[Act], datetime]:
    now = datetime.fromisoformat(loaded_at)
    return scenario(stage(), HOURS, promise, now), now


@pytest.mark.parametrize("loaded_at", LOADED_AT)
def test_events_come_in_order_and_none_after_the_load(loaded_at: str) -> None:
    acts, now = played(loaded_at)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert now - timedelta(days=92) < acts[0].at
    assert acts[-1].at < now


@pytest.mark.parametrize("loaded_at", LOADED_AT)
def test_everything_about_a_ticket_follows_its_opening(loaded_at: str) -> None:
    acts, _ = played(loaded_at)
    opened: set[int] = set()
    for act in acts:
        assert (act.verb is Verb.OPEN) is not (act.ticket in opened)
        opened.add(act.ticket)
    assert 150 <= len(opened) <= 170


@pytest.mark.parametrize("loaded_at", LOADED_AT)
def test_some_answers_are_overdue_some_nearly_and_some_not(loaded_at: str) -> None:
    acts, now = played(loaded_at)
    answered = {act.ticket for act in acts if act.verb in ANSWERS or act.verb is Verb.MERGE}
    shares = []
    for act in acts:
        if act.opening is None or act.ticket in answered:
            continue
        if target := TIER_2.target(act.opening.priority, Metric.RESPOND):
            shares.append(HOURS.between(act.at, now) / target.amount)
    assert sum(share > 1 for share in shares) >= 3
    assert sum(0.9 < share < 1 for share in shares) >= 4
    assert sum(share < 0.7 for share in shares) >= 4


def test_the_same_instant_gives_the_same_history() -> None:
    assert played(LOADED_AT[1]) == played(LOADED_AT[1])
