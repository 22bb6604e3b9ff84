"""What an update by the portal counts as labour: as agreed, once, by the clause or by the price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import RateCard
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.firmware.night import NIGHT, Night, fall_of_night
from tests.upkeep.firmware.world import planned
from tickets.actions import correct_labour, override_labour, strike_labour
from tickets.labour import LabourFacts
from tickets.models import Cause, LabourEntry, LabourLine, Message
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.actions.start_campaign import start_campaign
from upkeep.drivers.base import Finding
from upkeep.models import FirmwareUpdate, Method
from upkeep.updating.labour import log_update

pytestmark = pytest.mark.django_db

AGREED = (
    "A firmware update is not part of Tier 2: USD 95.00 an hour. For each device we charge"
    " 30 minutes, USD 47.50, and nothing where the update does not succeed."
)


@pytest.fixture
def unpaid(cast: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Give a night for which Bayview's contract does not pay."""
    return fall_of_night(cast, database_time, monkeypatch, clauses=("BACKUP",))


def agree(night: Night) -> None:
    with acting(night.cast.amit):
        updates = list(FirmwareUpdate.objects.all())
        answer_campaign(updates=updates, agreed=True, actor=night.cast.amit)


def lines(night: Night) -> list[LabourLine]:
    with acting(night.cast.dana):
        return list(LabourLine.objects.select_related("entry").order_by("pk"))


def test_what_the_contract_pays_for_is_logged_at_no_cost_by_its_clause(night: Night) -> None:
    night.start()
    night.at(NIGHT)
    update = night.run()
    (line,) = lines(night)
    assert (line.covered, line.clause, line.work) == (True, "FIRMWARE", "firmware")
    assert (line.charged_minutes, line.worth, line.amount) == (30, Decimal("47.50"), Decimal(0))
    assert line.reason == update.cover
    entry = line.entry
    assert (entry.technician_id, entry.technician_name) == (None, "The portal")
    assert (entry.ticket_id, entry.device_id) == (update.ticket_id, update.device_id)
    assert (entry.pk, entry.started_at) == (update.labour_id, NIGHT)


def test_what_no_contract_pays_for_costs_the_sum_that_the_customer_agreed_to(unpaid: Night) -> None:
    unpaid.start()
    agree(unpaid)
    with acting(unpaid.cast.elena):
        assert AGREED in str(Message.objects.latest("pk").text)
    unpaid.at(NIGHT)
    update = unpaid.run()
    assert (update.state, update.cover) == ("updated", AGREED)
    (line,) = lines(unpaid)
    assert (line.covered, line.clause, line.amount) == (False, "", Decimal("47.50"))
    assert (line.price, line.unit_price, line.in_hours) == ("normal", Decimal("95.00"), False)
    assert line.reason == AGREED


def test_a_price_list_of_tomorrow_changes_nothing_that_was_agreed(unpaid: Night) -> None:
    unpaid.start()
    agree(unpaid)
    with provider_scope(provider_id=unpaid.cast.calcom.pk):
        card = RateCard.objects.get()
        dear = {**card.rates, "normal": "500.00", "after_hours": "900.00"}
        RateCard.objects.create(
            provider=unpaid.cast.calcom,
            effective_on="2026-11-23",
            rates=dear,
            rounding=card.rounding,
            created_at=card.created_at,
        )
    unpaid.at(NIGHT)
    unpaid.run()
    assert [line.amount for line in lines(unpaid)] == [Decimal("47.50")]


def test_a_task_that_runs_twice_writes_one_line(night: Night) -> None:
    night.start()
    night.at(NIGHT)
    night.run()
    with system_scope("a worker comes twice"):
        update = FirmwareUpdate.objects.select_related("ticket", "device").get()
        log_update(update, Viewer.system("Firmware", provider_id=update.provider_id))
    night.run()
    assert len(lines(night)) == 1


def test_what_was_taken_back_costs_nothing(night: Night) -> None:
    night.driver.found["verify 22.10.2"] = [Finding("phones", "Nine phones stay away.", True)]
    night.start()
    night.at(NIGHT)
    assert night.run().state == "rolled_back"
    assert lines(night) == []


def test_what_the_device_ran_already_is_no_work(night: Night) -> None:
    night.driver.runs = "22.10.2"
    night.start()
    night.at(NIGHT)
    assert night.run().state == "updated"
    assert lines(night) == []


def test_an_update_that_nothing_is_charged_for_says_so(unpaid: Night) -> None:
    unpaid.start(charged_minutes=0)
    agree(unpaid)
    unpaid.at(NIGHT)
    assert unpaid.run().cover.endswith("For this update we charge nothing.")
    assert [(line.charged_minutes, line.amount) for line in lines(unpaid)] == [(0, Decimal("0.00"))]


@pytest.mark.parametrize("minutes", [-1, 241])
def test_minutes_that_cannot_be_are_refused_at_their_field(night: Night, minutes: int) -> None:
    with pytest.raises(BadInput) as refused:
        planned(night.cast, night.release, charged_minutes=minutes)
    assert refused.value.field == "charged_minutes"


def test_without_a_price_list_the_portal_updates_nothing(
    cast: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = fall_of_night(cast, database_time, monkeypatch, has_prices=False)
    campaign = planned(cast, night.release, method=Method.APT, package="asterisk")
    with acting(cast.priya), pytest.raises(RuleBroken, match="no price list"):
        start_campaign(campaign=campaign, actor=cast.priya)
    assert night.update.state == "draft"


def test_labour_of_the_portal_is_waived_or_struck_and_not_corrected(unpaid: Night) -> None:
    unpaid.start()
    agree(unpaid)
    unpaid.at(NIGHT)
    unpaid.run()
    unpaid.later(timedelta(hours=1))
    ruth = unpaid.cast.ruth
    with acting(ruth):
        entry = LabourEntry.objects.standing().select_related("ticket").get()
        facts = LabourFacts.of(entry)
        with pytest.raises(RuleBroken, match="agreed before"):
            correct_labour(entry=entry, facts=facts, reason="Longer", actor=ruth)
        given = override_labour(
            entry=entry, cause=Cause.GOODWILL, reason="It took all night", actor=ruth
        )
        assert (given.technician_id, given.technician_name) == (None, "The portal")
        struck = strike_labour(entry=given, reason="Twice", actor=ruth)
        assert struck.technician_id is None
