"""What contracts do by themselves: renewals and reminders, once each, also after an outage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from accounts.capabilities import Role
from calcom_portal.common.errors import NotAllowed
from contracts.actions import Side, end_contract, give_notice, seed_catalogue, set_horizons
from contracts.models import (
    Calendar,
    Contract,
    ContractEvent,
    ContractPolicy,
    ContractReminder,
)
from contracts.promised import promised_for
from contracts.renewals import Renewal, RenewalRule
from contracts.sweeps import SweepCount, sweep_contracts
from contracts.tasks import sweep_contracts_task
from notifications.models import Notice, OperatorAlarm
from tests.builders import build_person
from tests.cast import Cast
from tests.contracts.life import BY_HAND, YEARLY, signed, stored
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import clock, request_of
from tickets.actions import open_ticket


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a catalogue, an administrator at Sutter Freight, on 15 Jun 2026."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.sutter, name="Bo Ortiz")
    return cast


Sweep = Callable[[str], SweepCount]


@pytest.fixture
def sweep_on(database_time: DatabaseTime) -> Sweep:
    """Sweep at nine in the morning of a day, Pacific."""

    def sweep(day: str) -> SweepCount:
        database_time.set(datetime.fromisoformat(f"{day}T17:00:00+00:00"))
        return sweep_contracts()

    return sweep


def reminded(cast: Cast) -> list[tuple[str, int, bool]]:
    with acting(cast.ruth):
        rows = ContractReminder.objects.order_by("pk").values_list("about", "days", "told")
        return list(rows)


def mails(cast: Cast, kind: str = "contract_reminder") -> list[dict[str, Any]]:
    """Return what was told to Ruth's colleague at Sutter."""
    with acting(cast.ruth):
        notices = Notice.objects.filter(kind=kind, recipient__name="Bo Ortiz").order_by("pk")
        return [notice.payload for notice in notices]


def test_a_contract_renews_when_its_last_day_for_notice_has_passed(
    seeded: Cast, sweep_on: Sweep
) -> None:
    contract = signed(seeded, renewal=YEARLY)
    sweep_on("2026-12-01")
    assert stored(seeded, contract).ends_on == date(2026, 12, 31)
    assert sweep_on("2026-12-02") == SweepCount(renewed=1)
    after = stored(seeded, contract)
    assert (after.ends_on, after.renewals) == (date(2027, 12, 31), 1)
    # Next comes the reminder 90 days before the last day for notice.
    assert after.look_on == date(2027, 9, 2)
    (told,) = mails(seeded, "contract_changed")
    assert told["sentences"] == [
        "Renewed for 12 months from 1 Jan 2027 on.",
        "It now runs until 31 Dec 2027.",
    ]


def test_sweeping_twice_changes_nothing_more(seeded: Cast, sweep_on: Sweep) -> None:
    contract = signed(seeded, renewal=YEARLY)
    sweep_on("2026-12-02")
    with acting(seeded.ruth):
        before = (ContractEvent.objects.count(), Notice.objects.count())
    assert sweep_on("2026-12-02") == SweepCount()
    with acting(seeded.ruth):
        assert (ContractEvent.objects.count(), Notice.objects.count()) == before
    assert stored(seeded, contract).renewals == 1


def test_after_an_outage_every_period_is_made_up_for_and_tickets_get_their_promise(
    seeded: Cast, sweep_on: Sweep, database_time: DatabaseTime
) -> None:
    monthly = Renewal(RenewalRule.AUTOMATIC, 1, 5)
    contract = signed(seeded, ends_on=date(2026, 6, 30), renewal=monthly)
    database_time.set("2026-09-14T10:00:00-07:00")
    with acting(seeded.sam):
        wanted = request_of(seeded, seeded.sam, site_id=None, device_id=None)
        ticket = open_ticket(request=wanted, actor=seeded.sam)
    with acting(seeded.dana):
        assert clock(ticket).due_at is None
    assert sweep_on("2026-09-14") == SweepCount(renewed=1)
    with acting(seeded.ruth):
        renewals = ContractEvent.objects.filter(contract=contract, milestone="renewed")
        firsts = list(renewals.order_by("on").values_list("on", flat=True))
        assert clock(ticket).due_at == datetime.fromisoformat("2026-09-15T09:00:00-07:00")
    assert firsts == [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    assert stored(seeded, contract).ends_on == date(2026, 9, 30)


@pytest.mark.parametrize("step", ["notice", "end"])
def test_what_is_going_to_end_is_not_renewed(seeded: Cast, sweep_on: Sweep, step: str) -> None:
    contract = signed(seeded, renewal=YEARLY)
    with acting(seeded.ruth):
        if step == "notice":
            give_notice(
                contract=contract,
                side=Side.CUSTOMER,
                given_on=date(2026, 6, 15),
                reason="They move.",
                actor=seeded.ruth,
            )
        else:
            end_contract(
                contract=contract,
                last_day=date(2026, 12, 30),
                reason="They move.",
                actor=seeded.ruth,
            )
    sweep_on("2026-12-29")
    after = stored(seeded, contract)
    assert after.renewals == 0
    assert after.look_on is None
    with acting(seeded.dana):
        promised = promised_for(
            customer_id=seeded.sutter.pk,
            site_id=None,
            device_id=None,
            at=datetime.fromisoformat("2027-01-01T12:00:00-08:00"),
        )
    assert promised.contract_id is None


def test_each_rung_is_reminded_once_on_its_day(seeded: Cast, sweep_on: Sweep) -> None:
    signed(seeded, renewal=BY_HAND)
    for day in ("2026-09-01", "2026-09-02", "2026-09-02", "2026-10-01", "2026-10-02"):
        sweep_on(day)
    assert reminded(seeded) == [
        ("notice", 90, True),
        ("notice", 60, True),
        ("end", 90, False),
    ] or reminded(seeded) == [
        ("notice", 90, True),
        ("end", 90, False),
        ("notice", 60, True),
    ]
    assert [told["notice_by"] for told in mails(seeded)] == ["1 Dec 2026", "1 Dec 2026"]


def test_after_an_outage_all_are_recorded_and_the_most_urgent_is_told(
    seeded: Cast, sweep_on: Sweep
) -> None:
    signed(seeded)
    assert sweep_on("2026-12-05") == SweepCount(reminded=1)
    assert reminded(seeded) == [("end", 90, False), ("end", 60, False), ("end", 30, True)]
    (told,) = mails(seeded)
    assert (told["about"], told["ends_on"]) == ("end", "31 Dec 2026")
    assert sweep_on("2026-12-31") == SweepCount()


def test_a_contract_that_ended_meanwhile_is_not_reminded_of(seeded: Cast, sweep_on: Sweep) -> None:
    contract = signed(seeded)
    assert sweep_on("2027-02-01") == SweepCount()
    assert reminded(seeded) == []
    assert stored(seeded, contract).look_on is None


def test_a_new_period_has_reminders_of_its_own(seeded: Cast, sweep_on: Sweep) -> None:
    signed(seeded, renewal=YEARLY)
    for day in ("2026-09-02", "2026-12-02", "2027-09-02"):
        sweep_on(day)
    assert [row[:2] for row in reminded(seeded)] == [("notice", 90), ("notice", 90)]


def test_horizons_can_be_set(seeded: Cast, sweep_on: Sweep) -> None:
    signed(seeded)
    sweep_on("2026-06-16")
    with acting(seeded.ruth):
        set_horizons(horizons=[10, 120, 10], actor=seeded.ruth)
        assert ContractPolicy.objects.get().horizons == [120, 10]
    sweep_on("2026-09-02")
    sweep_on("2026-10-05")
    assert [row[:2] for row in reminded(seeded)] == [("end", 120)]


@pytest.mark.parametrize("who", ["dana", "priya", "amit"])
def test_only_administrators_set_horizons(seeded: Cast, who: str) -> None:
    viewer = getattr(seeded, who)
    with acting(viewer), pytest.raises(NotAllowed):
        set_horizons(horizons=[10], actor=viewer)
    with acting(seeded.ruth):
        assert not ContractPolicy.objects.exists()


def test_a_contract_without_an_end_is_left_alone(seeded: Cast, sweep_on: Sweep) -> None:
    contract = signed(seeded, ends_on=None)
    assert sweep_on("2030-01-01") == SweepCount()
    assert stored(seeded, contract).look_on is None


def test_a_successor_stops_the_renewal_and_an_administrator_hears_of_it(
    seeded: Cast, sweep_on: Sweep
) -> None:
    contract = signed(seeded, renewal=YEARLY)
    signed(seeded, starts_on=date(2027, 1, 1), ends_on=None)
    assert sweep_on("2026-12-02") == SweepCount(stuck=1)
    after = stored(seeded, contract)
    assert (after.ends_on, after.look_on) == (date(2026, 12, 31), date(2026, 12, 3))
    with acting(seeded.ruth):
        alarm = OperatorAlarm.objects.get()
    assert (alarm.kind, alarm.subject) == ("contract_stuck", contract.number)
    assert "covers the whole company already" in alarm.detail


def test_one_that_is_stuck_does_not_hold_up_the_others(seeded: Cast, sweep_on: Sweep) -> None:
    good, poisoned = signed(seeded), signed(seeded, starts_on=date(2027, 1, 1), ends_on=None)
    with acting(seeded.ruth):
        Contract.objects.filter(pk=poisoned.pk).update(
            look_on=date(2026, 6, 15), ends_on=date(2027, 12, 31), renewal_rule="perhaps"
        )
    assert sweep_on("2026-12-05") == SweepCount(reminded=1, stuck=1)
    assert stored(seeded, good).look_on is None


def test_a_day_begins_in_the_zone_of_the_calendar(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    signed(seeded)
    sweep_contracts()
    # 1 December in UTC, and still 30 November on the Pacific coast.
    database_time.set("2026-11-30T22:00:00-08:00")
    sweep_contracts()
    assert ("end", 30, True) not in reminded(seeded)
    database_time.set("2026-12-01T00:30:00-08:00")
    sweep_contracts()
    assert ("end", 30, True) in reminded(seeded)


def test_the_task_reports_what_it_did(seeded: Cast, sweep_on: Sweep) -> None:
    signed(seeded, renewal=YEARLY)
    sweep_on("2026-06-15")
    assert sweep_contracts_task() == {"renewed": 0, "reminded": 0, "stuck": 0}
