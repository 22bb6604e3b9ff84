"""Amendments: new terms and another cover from a day on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.capabilities import Role
from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import amend_contract, seed_catalogue
from contracts.consequences import ChangedMeanwhile, carry_out, rehearse
from contracts.models import Calendar, Contract, ContractEvent, Cover, Terms
from contracts.promised import promised_for
from contracts.rates import Rates, Rounding
from notifications.models import Notice
from tests.builders import build_calendar, build_device, build_person, build_site
from tests.cast import Cast
from tests.contracts.life import (
    BY_HAND,
    EIGHT_HOURS,
    FOUR_HOURS,
    amended,
    amendment_of,
    newest_terms,
    signed,
    stored,
)
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import clock, request_of
from tickets.actions import open_ticket
from tickets.models import Fact, Ticket
from tickets.sweeps.deadlines import sweep_deadlines

TODAY, JULY = date(2026, 6, 15), date(2026, 7, 1)
DAY = timedelta(days=1)


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a catalogue, on Mon 15 Jun 2026, 10:00 Pacific."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


def hours_at(cast: Cast, instant: str, **thing: int) -> float | None:
    """Return the hours in which an emergency of Sutter is answered, if reported at an instant."""
    with acting(cast.dana):
        promised = promised_for(
            customer_id=cast.sutter.pk,
            site_id=thing.get("site_id"),
            device_id=thing.get("device_id"),
            at=datetime.fromisoformat(instant),
        )
    return next(
        (target.amount / timedelta(hours=1) for target in promised.promise.targets.values()), None
    )


def test_new_terms_count_from_their_day_on_and_the_old_ones_before(seeded: Cast) -> None:
    contract = signed(seeded)
    amended(seeded, contract, JULY, targets=FOUR_HOURS)
    assert hours_at(seeded, "2026-06-30T23:59:59-07:00") == 8
    assert hours_at(seeded, "2026-07-01T00:00:00-07:00") == 4
    with acting(seeded.ruth):
        versions = Terms.objects.filter(contract=contract).order_by("number")
        assert [(row.number, row.effective_on) for row in versions] == [
            (1, date(2026, 1, 1)),
            (2, JULY),
        ]
        event = ContractEvent.objects.latest("pk")
        assert AuditEntry.objects.latest("number").action == "contract.amended"
    assert (event.milestone, event.on) == ("amended", JULY)
    assert event.words == (
        "Emergency: we respond within 4 business hours (before: within 8 business hours)."
        " New wording: Priority response (RESPONSE)."
    )


def test_of_three_versions_each_day_has_its_own(seeded: Cast) -> None:
    contract = signed(seeded)
    amended(seeded, contract, JULY, targets=FOUR_HOURS)
    amended(seeded, contract, date(2026, 8, 1), targets=EIGHT_HOURS)
    days = ("2026-06-15", "2026-07-15", "2026-08-15")
    assert [hours_at(seeded, f"{day}T12:00:00-07:00") for day in days] == [8, 4, 8]


@pytest.mark.parametrize(
    ("day", "message", "remedy"),
    [
        (
            TODAY - DAY,
            "14 Jun 2026 has passed. What was promised until now stays as it is.",
            "Choose 15 Jun 2026 or a later day.",
        ),
        (
            date(2027, 1, 1),
            "The contract ends on 31 Dec 2026.",
            "Choose an earlier day, or renew the contract first.",
        ),
    ],
)
def test_an_amendment_lies_between_today_and_the_end(
    seeded: Cast, day: date, message: str, remedy: str
) -> None:
    contract = signed(seeded)
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        amended(seeded, contract, day, targets=FOUR_HOURS)
    assert (refusal.value.field, refusal.value.message) == ("effective_on", message)
    assert refusal.value.remedy == remedy
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1


def test_today_is_today_in_the_calendar_of_the_contract(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded)
    database_time.set("2026-06-15T23:30:00-07:00")
    amended(seeded, contract, TODAY, targets=FOUR_HOURS)
    assert hours_at(seeded, "2026-06-15T08:00:00-07:00") == 4


def test_a_version_comes_after_the_newest_one(seeded: Cast) -> None:
    contract = signed(seeded)
    amended(seeded, contract, JULY, targets=FOUR_HOURS)
    with pytest.raises(BadInput, match="Version 2 counts from 1 Jul 2026 on") as refusal:
        amended(seeded, contract, JULY, targets=EIGHT_HOURS)
    assert refusal.value.remedy == "Choose 2 Jul 2026 or a later day."


def test_an_amendment_that_changes_nothing_is_refused(seeded: Cast) -> None:
    contract = signed(seeded)
    with pytest.raises(BadInput, match="This is what the contract says already"):
        amended(seeded, contract, JULY)


def test_the_second_editor_is_told_that_the_first_was_quicker(seeded: Cast) -> None:
    contract = signed(seeded)
    amended(seeded, contract, JULY, targets=FOUR_HOURS)
    with acting(seeded.ruth):
        late = amendment_of(contract, date(2026, 8, 1), targets=EIGHT_HOURS)
        with pytest.raises(RuleBroken, match="version 2 is there, and you began from version 1"):
            amend_contract(contract=contract, amendment=late, base_number=1, actor=seeded.ruth)


def test_tier_calendar_rates_and_renewal_are_told_in_sentences(seeded: Cast) -> None:
    early = build_calendar(seeded.calcom, "Early shift")
    build_person(seeded.calcom, Role.PROVIDER_ADMIN, name="Olga Admin")
    contract = signed(seeded, "TIER1")
    rates = Rates("USD", Decimal(120), Decimal(180), Decimal(0))
    changed = amended(
        seeded,
        contract,
        JULY,
        tier="TIER2",
        targets=FOUR_HOURS,
        calendar_id=early.pk,
        rates=rates,
        rounding=Rounding(30),
        renewal=BY_HAND,
    )
    assert changed.contract.renewal == BY_HAND
    with acting(seeded.ruth):
        payload = Notice.objects.filter(kind="contract_changed").latest("pk").payload
    told = payload["sentences"]
    assert told[:2] == [
        "Tier 1 · Remote only becomes Tier 2 · Extended warranty.",
        "Hours are counted by “Early shift” instead of “Business hours”.",
    ]
    assert "Emergency: we respond within 4 business hours (before: nothing promised)." in told
    assert "New clause: Products under extended warranty (WARRANTY)." in told
    assert "No longer in the contract: Remote support (REMOTE)." in told
    assert "An hour in business hours: USD 120.00 (before: as the price list)." in told
    assert told[-1] == "Can be renewed for 12 months, with 30 days' notice."


def test_an_extra_is_added_with_its_price(seeded: Cast) -> None:
    contract = signed(seeded, "TIER1")
    amended(seeded, contract, JULY, options=("VOICEMAIL",), prices={"VOICEMAIL": Decimal("24.50")})
    amended(seeded, contract, JULY + DAY, options=("VOICEMAIL",), prices={"VOICEMAIL": Decimal(30)})
    with acting(seeded.ruth):
        words = list(ContractEvent.objects.order_by("-pk").values_list("words", flat=True)[:2])
    title = "SMTP voicemail-to-email service (VOICEMAIL)"
    assert words == [
        f"{title}: 30 a month (before: 24.50 a month).",
        f"New clause: {title}. {title}: 24.50 a month.",
    ]


def test_covers_begin_and_end_with_the_day_of_the_amendment(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk,))
    amended(seeded, contract, JULY, site_ids=(yard.pk,))
    for site, before, after in ((depot, 8, None), (yard, None, 8)):
        assert hours_at(seeded, "2026-06-30T23:59:59-07:00", site_id=site.pk) == before
        assert hours_at(seeded, "2026-07-01T00:00:00-07:00", site_id=site.pk) == after


def test_a_thing_can_be_covered_again_after_a_pause(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk, yard.pk))
    amended(seeded, contract, JULY, site_ids=(yard.pk,))
    amended(seeded, contract, date(2026, 8, 1), site_ids=(yard.pk, depot.pk))
    days = ("2026-06-15", "2026-07-15", "2026-08-15")
    hours = [hours_at(seeded, f"{day}T12:00:00-07:00", site_id=depot.pk) for day in days]
    assert hours == [8, None, 8]


def test_what_another_contract_covers_is_refused_with_its_number(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk,))
    other = signed(seeded, site_ids=(yard.pk,))
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        amended(seeded, contract, JULY, site_ids=(depot.pk, yard.pk))
    assert refusal.value.field == "cover"
    assert refusal.value.message == (
        f"Contract {other.number} covers Yard already on some of these days."
    )
    with acting(seeded.ruth):
        assert Cover.objects.filter(contract=contract).count() == 1
        assert Terms.objects.filter(contract=contract).count() == 1


def test_what_one_contract_gives_up_another_may_take_from_that_day_on(seeded: Cast) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk, yard.pk))
    amended(seeded, contract, JULY, site_ids=(depot.pk,))
    signed(seeded, starts_on=JULY, site_ids=(yard.pk,))
    assert hours_at(seeded, "2026-07-01T00:00:00-07:00", site_id=yard.pk) == 8


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_a_signed_contract_can_be_amended(seeded: Cast, state: str) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth):
        Contract.objects.filter(pk=contract.pk).update(state=state)
        with pytest.raises(RuleBroken, match="it has no terms to change yet"):
            amended(seeded, contract, JULY, targets=FOUR_HOURS)


def test_an_ended_contract_can_not_be_amended(seeded: Cast, database_time: DatabaseTime) -> None:
    contract = signed(seeded)
    database_time.set("2027-01-01T00:00:00-08:00")
    with pytest.raises(RuleBroken, match="ended on 31 Dec 2026"):
        amended(seeded, contract, date(2027, 1, 2), targets=FOUR_HOURS)


@pytest.mark.parametrize("who", ["dana", "priya", "amit"])
def test_only_administrators_amend(seeded: Cast, who: str) -> None:
    contract, viewer = signed(seeded), getattr(seeded, who)
    with acting(seeded.ruth):
        wanted = amendment_of(contract, JULY, targets=FOUR_HOURS)
    with acting(viewer), pytest.raises(NotAllowed):
        amend_contract(contract=contract, amendment=wanted, base_number=1, actor=viewer)
    with acting(seeded.ruth):
        assert Terms.objects.filter(contract=contract).count() == 1


def test_administrators_of_both_sides_are_told_but_not_who_did_it(seeded: Cast) -> None:
    boss = build_person(seeded.calcom, Role.CUSTOMER_ADMIN, customer=seeded.sutter, name="Bo Ortiz")
    other = build_person(seeded.calcom, Role.PROVIDER_ADMIN, name="Olga Admin")
    contract = signed(seeded)
    amended(seeded, contract, JULY, targets=FOUR_HOURS)
    with acting(seeded.ruth):
        notices = Notice.objects.filter(kind="contract_changed")
        told = {notice.recipient_id: notice.payload["url"] for notice in notices}
    assert told == {
        boss.membership_id: "/our-contract/",
        other.membership_id: f"/contracts/{contract.pk}/",
    }


# Open tickets


def sutters(cast: Cast, **changes: Any) -> Ticket:
    """Have Sam open an emergency."""
    with acting(cast.sam):
        wanted = request_of(cast, cast.sam, site_id=None, device_id=None, **changes)
        return open_ticket(request=wanted, actor=cast.sam)


def test_what_was_opened_before_the_day_keeps_its_promise(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded)
    ticket = sutters(seeded)
    database_time.set("2026-06-16T07:00:00-07:00")
    changed = amended(seeded, contract, date(2026, 6, 16), targets=FOUR_HOURS)
    assert changed.moved == []
    with acting(seeded.dana):
        assert clock(ticket).due_at == datetime.fromisoformat("2026-06-16T09:00:00-07:00")


def test_an_amendment_from_today_counts_for_what_was_opened_today(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded)
    ticket = sutters(seeded)
    database_time.set("2026-06-15T11:00:00-07:00")
    (moved,) = amended(seeded, contract, TODAY, targets=FOUR_HOURS).moved
    assert (moved.reference, moved.metric) == (ticket.reference, "respond")
    assert moved.old_due == datetime.fromisoformat("2026-06-16T09:00:00-07:00")
    assert moved.new_due == datetime.fromisoformat("2026-06-15T14:00:00-07:00")
    with acting(seeded.dana):
        after = Ticket.objects.select_related("terms").get(pk=ticket.pk)
        assert after.terms is not None
        assert after.terms.number == 2
        assert after.next_deadline_at == moved.new_due
        assert Fact.objects.filter(ticket=ticket).latest("number").kind == "promise_changed"


def test_no_amendment_washes_a_miss_away(seeded: Cast, database_time: DatabaseTime) -> None:
    contract = signed(seeded)
    amended(seeded, contract, TODAY, targets=FOUR_HOURS)
    database_time.set("2026-06-16T08:00:00-07:00")
    ticket = sutters(seeded)
    database_time.set("2026-06-16T12:30:00-07:00")
    sweep_deadlines()
    changed = amended(seeded, contract, date(2026, 6, 16), targets=EIGHT_HOURS)
    assert changed.moved == []
    with acting(seeded.dana):
        late = clock(ticket)
    assert (late.state, late.due_at) == (
        "late",
        datetime.fromisoformat("2026-06-16T12:00:00-07:00"),
    )


def test_a_cover_from_today_gives_todays_ticket_a_promise(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    device = build_device(yard)
    contract = signed(seeded, site_ids=(depot.pk,))
    with acting(seeded.sam):
        wanted = request_of(seeded, seeded.sam, site_id=yard.pk, device_id=device.pk)
        ticket = open_ticket(request=wanted, actor=seeded.sam)
    database_time.set("2026-06-15T11:00:00-07:00")
    (moved,) = amended(seeded, contract, TODAY, site_ids=(depot.pk, yard.pk)).moved
    assert (moved.old_due, moved.new_due) == (
        None,
        datetime.fromisoformat("2026-06-16T09:00:00-07:00"),
    )
    with acting(seeded.dana):
        reason = Ticket.objects.get(pk=ticket.pk).promise_reason
    assert reason == f"Contract {contract.number} (Tier 2 · Extended warranty) covers this site."


# Previews


def act_of(cast: Cast, contract: Contract, day: date, **changes: Any) -> Callable[[], Any]:
    wanted = amendment_of(contract, day, **changes)
    base = newest_terms(contract).number
    return lambda: amend_contract(
        contract=contract, amendment=wanted, base_number=base, actor=cast.ruth
    )


def test_a_preview_says_what_would_happen_and_nothing_of_it_happens(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    depot, yard = build_site(seeded.sutter, "Depot"), build_site(seeded.sutter, "Yard")
    contract = signed(seeded, site_ids=(depot.pk,))
    with acting(seeded.sam):
        wanted = request_of(seeded, seeded.sam, site_id=depot.pk, device_id=None)
        ticket = open_ticket(request=wanted, actor=seeded.sam)
    database_time.set("2026-06-15T11:00:00-07:00")
    with acting(seeded.ruth):
        before = (AuditEntry.objects.count(), Fact.objects.count(), Notice.objects.count())
        act = act_of(seeded, contract, TODAY, targets=FOUR_HOURS, site_ids=(depot.pk, yard.pk))
        seen = rehearse(contract, act)
        after = (AuditEntry.objects.count(), Fact.objects.count(), Notice.objects.count())
        assert before == after
        assert Terms.objects.filter(contract=contract).count() == 1
        assert clock(ticket).due_at == datetime.fromisoformat("2026-06-16T09:00:00-07:00")
    assert seen.changes == (
        "Version 2 of the terms counts from 15 Jun 2026 on.",
        "Emergency: we respond within 4 business hours (before: within 8 business hours).",
        "New wording: Priority response (RESPONSE).",
    )
    assert seen.begins == ("Yard: covered from 15 Jun 2026 on.",)
    assert (seen.ends, seen.gained, seen.lost) == ((), (), ())
    assert [moved.reference for moved in seen.moved] == [ticket.reference]


def test_what_was_seen_is_what_is_done(seeded: Cast) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth):
        act = act_of(seeded, contract, JULY, targets=FOUR_HOURS)
        seen = rehearse(contract, act)
        assert carry_out(contract, act, seen.digest) == seen
        assert Terms.objects.filter(contract=contract).count() == 2


def test_what_changed_since_it_was_seen_is_shown_again_instead(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded)
    with acting(seeded.ruth):
        act = act_of(seeded, contract, TODAY, targets=FOUR_HOURS)
        seen = rehearse(contract, act)
    ticket = sutters(seeded)
    database_time.set("2026-06-15T10:05:00-07:00")
    with acting(seeded.ruth):
        with pytest.raises(ChangedMeanwhile) as changed:
            carry_out(contract, act, seen.digest)
        assert [row.reference for row in changed.value.consequences.moved] == [ticket.reference]
        assert Terms.objects.filter(contract=contract).count() == 1
    assert stored(seeded, contract).look_on == TODAY
