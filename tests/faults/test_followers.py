"""Followers of the runner that die, run twice, or run side by side: one incident, one ticket."""

from __future__ import annotations

import random
import time

import pytest

from accounts.audit import verify_audit
from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Check, Incident, StateChange
from monitoring.sweeps.follow_changes import FollowCount, follow_changes
from notifications.models import Notice
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.faults.children import kill, running, start
from tests.faults.work import changes_left
from tests.monitoring.outages import build_check, build_other, seen
from tests.races import all_at_once
from tickets.models import Fact, Message, Ticket
from tickets.verification import verify_clock

pytestmark = pytest.mark.faults

ALONE = 40
BEHIND = 15


@pytest.fixture
def down(committed_cast: Cast) -> list[Check]:
    """Outages at two customers: many that stand alone, and a router with phones behind it.

    Every third one is over already, all of what is behind the router hangs on it.
    """
    cast = committed_cast
    harbour = build_site(cast.sutter, "Harbour")
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    build_contract(cast.sutter, site=harbour, clauses=["MONITOR"])
    checks = []
    for number in range(ALONE):
        site = harbour if number % 2 else cast.market_street
        checks.append(build_check(build_device(site, f"System {number}")))
        seen(checks[-1], "sdru" if number % 3 == 0 else "sd", 1)
    router = build_check(build_other(cast, "Router", "switch"), "Ping", kind="icmp")
    checks.append(router)
    for number in range(BEHIND):
        phone = build_check(build_other(cast, f"Phone {number}"), parent=router)
        seen(phone, "p", 3)
    seen(router, "sd", 1)
    return checks


def assert_one_of_each(cast: Cast, down: list[Check]) -> None:
    """Prove that every outage has one incident and one ticket, told once to each person."""
    with provider_scope(provider_id=cast.calcom.pk):
        assert not StateChange.objects.filter(handled_at=None).exists()
        own = Incident.objects.filter(parent=None)
        assert sorted(own.values_list("of_check", flat=True)) == sorted(it.pk for it in down)
        assert Incident.objects.exclude(parent=None).count() == BEHIND
        of_incidents = set(own.values_list("ticket", flat=True))
        assert len(of_incidents) == Ticket.objects.count() == len(down)
        assert Fact.objects.filter(kind="opened").count() == len(down)
        back = [it for it in down if it.name == "SIP" and int(it.device.name.split()[1]) % 3 == 0]
        assert Message.objects.count() == len(down) + 2 * len(back)
        assert own.exclude(closed_at=None).count() == len(back)
        assert Ticket.objects.filter(state="closed").count() == len(back)
        told = Notice.objects.filter(kind="monitoring_outage")
        assert told.count() == len(down)
        assert verify_clock(cast.calcom.pk) == []
        assert verify_audit(cast.calcom.pk) is None


def test_followers_killed_in_a_loop_make_one_incident_of_each_outage(
    committed_cast: Cast, down: list[Check]
) -> None:
    chance = random.Random(20261123)
    kills = 0
    while changes_left() and kills < 6:
        child = start("follow")
        time.sleep(chance.uniform(0.02, 0.2))
        kills += kill(child)
    with running("follow") as last:
        last.wait(120)

    assert kills >= 3
    assert_one_of_each(committed_cast, down)


def test_two_followers_share_the_work_and_a_third_finds_nothing(
    committed_cast: Cast, down: list[Check]
) -> None:
    with running("follow") as one, running("follow") as two:
        one.wait(120)
        two.wait(120)

    assert follow_changes() == FollowCount()
    assert_one_of_each(committed_cast, down)


def test_many_followers_at_the_same_outage_make_one_incident(committed_cast: Cast) -> None:
    cast = committed_cast
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    check = build_check(cast.phone_system)
    seen(check, "sd", 1)

    answers = all_at_once([follow_changes] * 6)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(answer.followed for answer in answers) == 1
    with provider_scope(provider_id=cast.calcom.pk):
        assert (Incident.objects.count(), Ticket.objects.count()) == (1, 1)
