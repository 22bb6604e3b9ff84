"""What a customer says by telephone: written down by staff, told to them, theirs to change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tests.upkeep.firmware.world import build_product, build_release, runs, started, update_of
from tickets.models import Message
from upkeep.actions.answer_campaign import answer_campaign
from upkeep.actions.cancel_campaign import cancel_campaign
from upkeep.actions.take_answer import PhoneAnswer, take_answer
from upkeep.models import Campaign, FirmwareConsent, FirmwareUpdate
from upkeep.updating.answers import settle_answers

pytestmark = pytest.mark.django_db

ASKED_AT = datetime.fromisoformat("2026-11-23T11:00-08:00")
CALL = ASKED_AT + timedelta(minutes=20)


@pytest.fixture
def campaign(cast: Cast, database_time: DatabaseTime) -> Campaign:
    """Have Bayview be asked at eleven; now it is half past."""
    database_time.set(ASKED_AT)
    release = build_release(cast, build_product(cast, cast.phone_system))
    runs(cast, cast.phone_system, "22.10.1")
    made = started(cast, release)
    database_time.set(ASKED_AT + timedelta(minutes=30))
    return made


def said(cast: Cast, **others: Any) -> PhoneAnswer:
    usual = {"agreed": True, "person_id": cast.amit.membership_id, "said_at": CALL}
    return PhoneAnswer(**{**usual, **others})


def take(cast: Cast, **others: Any) -> list[FirmwareConsent]:
    update = update_of(cast, cast.phone_system)
    with acting(cast.dana):
        return take_answer(update=update, answer=said(cast, **others), actor=cast.dana)


def settled(cast: Cast) -> FirmwareUpdate:
    with system_scope("a test carries answers"):
        settle_answers(FirmwareUpdate.objects.select_related("device", "ticket__customer").get())
    return update_of(cast, cast.phone_system)


def consents(cast: Cast) -> int:
    with acting(cast.dana):
        return int(FirmwareConsent.objects.count())


def test_an_answer_by_telephone_counts_and_says_who_took_it(cast: Cast, campaign: Campaign) -> None:
    (given,) = take(cast, note="They want it before the holidays.")
    assert (given.name, given.taken_name, given.said_at) == ("Amit Bhatt", "Dana Okafor", CALL)
    assert settled(cast).state == "by_hand"
    with acting(cast.dana):
        note = Message.objects.filter(internal=True).latest("pk").text
    assert note == (
        f"Amit Bhatt agreed to the update of {cast.phone_system.name}, by telephone to Dana"
        " Okafor. They want it before the holidays."
    )


def test_the_customer_is_told_and_reads_who_said_what_to_whom(
    cast: Cast, campaign: Campaign
) -> None:
    take(cast)
    with system_scope("a test reads notices"):
        notice = Notice.objects.filter(kind="firmware_answer_taken").get()
    assert notice.recipient_id == cast.amit.membership_id
    assert notice.payload["title"] == "We wrote down that Amit Bhatt agreed"
    words = text_of(browser_of(cast.amit).get("/our-firmware/"))
    assert "Agreed by Amit Bhatt , by telephone to Dana Okafor ," in words
    assert "11:20" in words
    assert "You can change it until a device's turn begins." in words


def test_the_customer_takes_it_back_until_the_turn_begins(
    cast: Cast, campaign: Campaign, database_time: DatabaseTime
) -> None:
    take(cast)
    assert settled(cast).state == "by_hand"
    with acting(cast.amit):
        answer_campaign(updates=list(FirmwareUpdate.objects.all()), agreed=False, actor=cast.amit)
    assert settled(cast).state == "declined"
    with pytest.raises(BadInput) as refused:
        take(cast)
    assert refused.value.field == "said_at"
    assert refused.value.message == "Amit Bhatt gave another answer after that."
    assert settled(cast).state == "declined"


def test_what_was_typed_wrongly_is_put_right_with_the_same_call(
    cast: Cast, campaign: Campaign
) -> None:
    take(cast)
    take(cast, agreed=False)
    assert settled(cast).state == "declined"
    assert consents(cast) == 2


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"said_at": ASKED_AT - timedelta(minutes=1)}, "said_at"),
        ({"said_at": ASKED_AT + timedelta(minutes=31)}, "said_at"),
        ({"person_id": 0}, "person"),
        ({"note": "x" * 301}, "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    cast: Cast, campaign: Campaign, others: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        take(cast, **others)
    assert refused.value.field == field
    assert consents(cast) == 0


def test_who_is_not_authorised_cannot_have_said_it(cast: Cast, campaign: Campaign) -> None:
    for person in (cast.elena, cast.sam, cast.dana):
        with pytest.raises(BadInput, match="may not agree"):
            take(cast, person_id=person.membership_id)


def test_customers_do_not_write_down_calls(cast: Cast, campaign: Campaign) -> None:
    update = update_of(cast, cast.phone_system)
    with acting(cast.amit), pytest.raises(NotAllowed):
        take_answer(update=update, answer=said(cast), actor=cast.amit)


def test_nothing_is_written_down_once_it_is_over(cast: Cast, campaign: Campaign) -> None:
    with acting(cast.priya):
        cancel_campaign(campaign=campaign, actor=cast.priya)
    with pytest.raises(RuleBroken, match="nothing to answer"):
        take(cast)


def test_the_page_asks_who_said_what_and_when(cast: Cast, campaign: Campaign) -> None:
    dana, update = browser_of(cast.dana), update_of(cast, cast.phone_system)
    path = f"/firmware/updates/{update.pk}/telephone/"
    assert path in dana.get(f"/firmware/updates/{update.pk}/").content.decode()
    page = dana.get(path).content.decode()
    assert "Amit Bhatt" in page
    assert "Elena Moreno" not in page
    form = {
        "answer": "yes",
        "person": str(cast.amit.membership_id),
        "said_on": "2026-11-23",
        "said_at": "11:20",
        "note": "",
        "submission": str(uuid4()),
    }
    wrong = dana.post(path, form | {"said_at": "10:59", "submission": str(uuid4())})
    assert wrong.status_code == 422
    assert "before the customer was asked" in text_of(wrong)
    assert consents(cast) == 0
    assert dana.post(path, form).status_code == 303
    assert dana.post(path, form).status_code == 303
    assert consents(cast) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("answer", "perhaps"),
        ("person", "9" * 30),
        ("person", "-1"),
        ("said_on", "0001-01-01"),
        ("said_on", "9999-12-31"),
        ("said_on", "2026-02-30"),
        ("said_at", "25:61"),
        ("said_at", ""),
        ("note", "x" * 301),
    ],
)
def test_what_nobody_can_have_meant_is_refused_in_the_form(
    cast: Cast, campaign: Campaign, field: str, typed: str
) -> None:
    form = {
        "answer": "yes",
        "person": str(cast.amit.membership_id),
        "said_on": "2026-11-23",
        "said_at": "11:20",
        "submission": str(uuid4()),
    }
    path = f"/firmware/updates/{update_of(cast, cast.phone_system).pk}/telephone/"
    answer = browser_of(cast.dana).post(path, form | {field: typed})
    assert answer.status_code == 422
    assert consents(cast) == 0
