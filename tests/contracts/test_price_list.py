"""The provider's price list, and which rates count for a piece of work."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.capabilities import Role
from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, NotAllowed
from contracts.actions import publish_rate_card, seed_rate_card
from contracts.founding import found_catalogue
from contracts.models import Calendar, RateCard, Terms
from contracts.price_list import FIRST_RATES, FIRST_ROUNDING, rates_for
from contracts.rates import Rates, Rounding, Rule
from tests.builders import build_person, build_provider
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of

DEARER = Rates("USD", Decimal(160), Decimal(240), Decimal(110))
BY_SIX = Rounding(6, Rule.NEAREST, 12)
TODAY = date(2026, 6, 15)


@pytest.fixture
def priced(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a price list since 2025, on Mon 15 Jun 2026, 10:00 Pacific."""
    database_time.set(datetime(2026, 6, 15, 17, 0, tzinfo=UTC))
    with acting(cast.ruth):
        seed_rate_card(actor=cast.ruth)
    return cast


def rates_on(cast: Cast, day: date, terms_id: int | None = None) -> Rates | None:
    with acting(cast.dana):
        found = rates_for(provider_id=cast.calcom.pk, terms_id=terms_id, day=day)
    return found.rates if found else None


def publish(cast: Cast, day: date) -> RateCard:
    with acting(cast.ruth):
        return publish_rate_card(effective_on=day, rates=DEARER, rounding=BY_SIX, actor=cast.ruth)


def test_a_new_provider_begins_with_a_price_list(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    founded = build_provider("Lakeside", prefix="LS")
    ruth = build_person(founded, Role.PROVIDER_ADMIN)
    with acting(ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        found_catalogue(founded.pk)
        card = RateCard.objects.get()
    assert card.effective_on == date(2025, 1, 1)
    assert (card.rates, card.rounding) == (FIRST_RATES.to_dict(), FIRST_ROUNDING.to_dict())


def test_work_is_priced_by_the_list_of_its_day(priced: Cast) -> None:
    publish(priced, TODAY + timedelta(days=16))
    assert rates_on(priced, date(2024, 12, 31)) is None
    assert rates_on(priced, date(2026, 6, 30)) == FIRST_RATES
    assert rates_on(priced, date(2026, 7, 1)) == DEARER


def test_rates_of_the_terms_go_before_the_list(priced: Cast) -> None:
    with acting(priced.ruth):
        plain = Terms.objects.get(contract=priced.contract)
        own = Terms.objects.get(contract=priced.contract)
        own.pk, own.number = None, 2
        own.rates, own.rounding = DEARER.to_dict(), BY_SIX.to_dict()
        own.save(force_insert=True)
    with acting(priced.dana), CaptureQueriesContext(connection) as queries:
        found = rates_for(provider_id=priced.calcom.pk, terms_id=own.pk, day=TODAY)
    assert found is not None
    assert (found.rates, found.rounding) == (DEARER, BY_SIX)
    assert found.source == f"Agreed in contract {priced.contract.number}"
    assert len(queries) == 1
    assert rates_on(priced, TODAY, plain.pk) == FIRST_RATES


@pytest.mark.parametrize("day", [date(2026, 6, 14), date(2024, 1, 1)])
def test_a_price_list_cannot_begin_in_the_past(priced: Cast, day: date) -> None:
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        publish(priced, day)
    assert refusal.value.field == "effective_on"
    assert refusal.value.remedy == "Choose 15 Jun 2026 or later."
    with acting(priced.ruth):
        assert RateCard.objects.count() == 1


def test_today_is_the_day_in_the_zone_of_the_default_calendar(
    priced: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T23:30:00-07:00")
    publish(priced, TODAY)
    assert rates_on(priced, TODAY) == DEARER


def test_a_price_list_begins_after_the_one_that_is_there(priced: Cast) -> None:
    publish(priced, date(2026, 7, 1))
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        publish(priced, date(2026, 7, 1))
    assert refusal.value.remedy == "Choose 2 Jul 2026 or later."


def test_versions_never_change(priced: Cast) -> None:
    with acting(priced.ruth), pytest.raises(Exception, match="permission denied"):
        RateCard.objects.update(note="Cheaper")


@pytest.mark.parametrize("who", ["dana", "priya", "amit"])
def test_only_administrators_set_prices(priced: Cast, who: str) -> None:
    viewer = getattr(priced, who)
    with acting(viewer):
        with pytest.raises(NotAllowed):
            publish_rate_card(effective_on=TODAY, rates=DEARER, rounding=BY_SIX, actor=viewer)
        with pytest.raises(NotAllowed):
            seed_rate_card(actor=viewer)
    with acting(priced.ruth):
        assert RateCard.objects.count() == 1


def a_card(**changes: Any) -> dict[str, Any]:
    return {
        "effective_on": "2026-07-01",
        "rate_currency": "usd",
        "rate_normal": "160",
        "rate_after_hours": "240.00",
        "rate_trip": "110",
        "round_step": "6",
        "round_rule": "nearest",
        "round_minimum": "12",
        "submission": str(uuid.uuid4()),
    } | changes


def test_an_administrator_writes_a_price_list_in_the_browser_once(priced: Cast) -> None:
    browser, form = browser_of(priced.ruth), a_card(note="Yearly review")
    answers = [browser.post("/rates/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with acting(priced.ruth):
        assert RateCard.objects.count() == 2
        assert AuditEntry.objects.latest("number").action == "rates.published"
    assert rates_on(priced, date(2026, 7, 1)) == DEARER
    page = browser.get("/rates/").content.decode()
    assert "USD 217.50" in page
    assert "To come" in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rate_normal": "-1"}, "This cannot be below zero. Write 0 or more."),
        ({"rate_normal": ""}, "Write an amount, 0 if it costs nothing."),
        ({"rate_trip": "1.005"}, "This is no amount of money. Write it as 145 or 145.00."),
        ({"rate_trip": "9999999"}, "This is too much. Write 1,000,000 or less."),
        ({"rate_after_hours": "1,50"}, "This is no amount of money. Write it as 145 or 145.00."),
        ({"rate_currency": "XXX"}, "There is no such currency."),
        ({"round_step": "7"}, "Select a valid choice."),
        ({"round_rule": "down"}, "Select a valid choice."),
        ({"round_minimum": "13"}, "13 minutes are not a whole number of steps of 6. Write 18"),
        ({"effective_on": "2026-06-14"}, "Choose 15 Jun 2026 or later."),
        ({"effective_on": ""}, "This field is required."),
    ],
)
def test_a_price_list_that_cannot_be_is_refused_at_its_field(
    priced: Cast, changes: dict[str, str], message: str
) -> None:
    answer = browser_of(priced.ruth).post("/rates/new/", a_card(**changes))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with acting(priced.ruth):
        assert RateCard.objects.count() == 1
