"""A customer leaves: what it means is shown first, and their names can be erased later."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actions import erase_people, keep_customer, let_customer_go
from accounts.audit import verify_audit
from accounts.models import ApiKey, AuditEntry, Customer, Invitation, Membership, User
from accounts.offboarding import Leaving, foresee
from accounts.tidying import close_accounts
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from tests.accounts.who import seat_id, user_id
from tests.api.caller import caller
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import at_most_queries, text_of
from tickets.actions import add_note, reply_to_ticket
from tickets.models import Message, Ticket
from tickets.verification import verify_clock

MONDAY = date(2026, 6, 15)


@pytest.fixture
def open_ticket_of_elena(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give an open ticket with an answer, on a Monday."""
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        reply_to_ticket(ticket=ticket, text="We come.", actor=cast.dana)
    return ticket


def go(cast: Cast, last_day: date, *, closes: bool = True, actor: Viewer | None = None) -> Customer:
    actor = actor or cast.ruth
    with acting(actor):
        customer = Customer.objects.get(pk=cast.bayview.pk)
        leaving = Leaving(last_day, closes)
        return let_customer_go(customer=customer, leaving=leaving, actor=actor)


def stored(cast: Cast) -> Customer:
    with acting(cast.ruth):
        return Customer.objects.get(pk=cast.bayview.pk)


def test_the_page_lists_what_ends_before_anything_does(
    cast: Cast, open_ticket_of_elena: Ticket
) -> None:
    caller(cast.elena)
    page = text_of(browser_of(cast.ruth).get(f"/customers/{cast.bayview.pk}/leave/"))
    assert "2 people lose access" in page
    assert "Amit Bhatt" in page
    assert "Elena Moreno" in page
    assert "1 API key is revoked" in page
    assert "1 open ticket" in page
    assert open_ticket_of_elena.reference in page
    assert "Take out all data" in page
    assert stored(cast).left_at is None


def test_until_the_last_day_is_over_nothing_changes(
    cast: Cast, open_ticket_of_elena: Ticket, database_time: DatabaseTime
) -> None:
    go(cast, MONDAY + timedelta(days=2))
    assert close_accounts() == 0
    # Wednesday evening where the provider is; Thursday in UTC already.
    database_time.set("2026-06-17T20:00:00-07:00")
    assert close_accounts() == 0
    assert browser_of(cast.elena).get("/").status_code == 200
    database_time.set("2026-06-18T00:10:00-07:00")
    assert close_accounts() == 1
    assert close_accounts() == 0
    assert stored(cast).left_at is not None


def test_then_people_are_out_keys_are_refused_and_tickets_are_closed(
    cast: Cast, open_ticket_of_elena: Ticket
) -> None:
    key, browser = caller(cast.elena), browser_of(cast.elena)
    go(cast, MONDAY - timedelta(days=1))
    assert browser.get("/").status_code == 302
    assert key.get("/me").status_code == 401
    with acting(cast.ruth):
        assert not Membership.objects.filter(customer=cast.bayview, is_active=True).exists()
        assert not ApiKey.objects.filter(revoked_at__isnull=True).exists()
        assert Ticket.objects.get(pk=open_ticket_of_elena.pk).state == "closed"
        assert AuditEntry.objects.filter(action="customer.left").count() == 1


def test_nobody_is_invited_to_a_customer_who_has_left(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    go(cast, MONDAY - timedelta(days=1))
    browser, address = browser_of(cast.ruth), f"/people/invite/?customer={cast.bayview.pk}"
    assert address not in browser.get(f"/customers/{cast.bayview.pk}/").content.decode()
    person = {"email": "noa@bayview.example", "name": "Noa", "role": "customer_user"}
    person |= {"reach": "all", "submission": str(uuid.uuid4())}
    refused = browser.post(address, person)
    assert refused.status_code == 422
    assert "Bayview Dental Group has left: nobody can join it." in text_of(refused)
    with acting(cast.ruth):
        assert not Invitation.objects.exists()


def test_the_data_stays_readable_for_staff(cast: Cast, open_ticket_of_elena: Ticket) -> None:
    go(cast, MONDAY - timedelta(days=1), closes=False)
    page = text_of(browser_of(cast.dana).get(f"/tickets/{open_ticket_of_elena.reference}/"))
    assert "Elena Moreno" in page
    customer = text_of(browser_of(cast.ruth).get(f"/customers/{cast.bayview.pk}/"))
    assert "Left" in customer
    with acting(cast.ruth):
        assert Ticket.objects.get(pk=open_ticket_of_elena.pk).state == "open"


def test_it_can_be_called_off(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    go(cast, MONDAY + timedelta(days=1))
    assert browser_of(cast.ruth).post(f"/customers/{cast.bayview.pk}/keep/").status_code == 303
    database_time.set("2026-06-20T10:00:00-07:00")
    assert close_accounts() == 0
    assert stored(cast).is_active


@pytest.mark.parametrize("days", [-32, 6 * 366])
def test_a_day_too_far_away_is_refused(cast: Cast, database_time: DatabaseTime, days: int) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    with pytest.raises(BadInput) as refusal:
        go(cast, MONDAY + timedelta(days=days))
    assert refusal.value.field == "last_day"
    assert stored(cast).leaves_on is None


def test_who_has_left_does_not_leave_or_stay_again(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    go(cast, MONDAY - timedelta(days=1))
    with pytest.raises(RuleBroken, match="has left already"):
        go(cast, MONDAY)
    with acting(cast.ruth), pytest.raises(RuleBroken):
        keep_customer(customer=stored(cast), actor=cast.ruth)


@pytest.mark.parametrize("who", ["amit", "dana", "priya"])
def test_others_let_nobody_go(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        go(cast, MONDAY, actor=getattr(cast, who))


def erase(cast: Cast, commit: Any = None) -> Customer:
    with acting(cast.ruth):
        return erase_people(customer=stored(cast), actor=cast.ruth)


def test_names_are_erased_after_ninety_days_and_the_ledgers_still_hold(
    cast: Cast,
    open_ticket_of_elena: Ticket,
    database_time: DatabaseTime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with acting(cast.dana):
        address = Membership.objects.get(pk=seat_id(cast.elena)).email
        text = f"Called elena MORENO, of Elenas firm: {address}."
        add_note(ticket=open_ticket_of_elena, text=text, actor=cast.dana)
    go(cast, MONDAY - timedelta(days=1))
    with pytest.raises(RuleBroken, match="90 days"):
        erase(cast)
    database_time.set("2026-09-20T10:00:00-07:00")
    with django_capture_on_commit_callbacks(execute=True):
        erase(cast)
    with acting(cast.ruth):
        elena = Membership.objects.get(pk=seat_id(cast.elena))
        assert (elena.name, elena.email, elena.phone) == ("Former colleague", "", "")
        names = set(Message.objects.values_list("author_name", flat=True))
        assert names == {"Former colleague", "Dana Okafor"}
        assert verify_audit(cast.calcom.pk) is None
        assert verify_clock(cast.calcom.pk) == []
    user = User.objects.get(pk=user_id(cast.elena))
    assert (user.email, user.is_active) == (f"erased-{user.pk}@erased.invalid", False)
    page = text_of(browser_of(cast.dana).get(f"/tickets/{open_ticket_of_elena.reference}/"))
    assert "Elena Moreno" not in page
    assert "Former colleague" in page
    with acting(cast.ruth):
        texts = list(Message.objects.filter(internal=True).values_list("text", "html"))
    told = "Called Former colleague, of Elenas firm: Former colleague."
    assert [(text, html.strip()) for text, html in texts] == [(told, f"<p>{told}</p>")]
    trail = text_of(browser_of(cast.ruth).get(f"/audit/?customer={cast.bayview.pk}"))
    assert "Elena Moreno" not in trail


def test_somebody_who_works_elsewhere_too_keeps_their_account(
    cast: Cast, database_time: DatabaseTime, django_capture_on_commit_callbacks: Any
) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Membership.objects.create(
            provider=cast.calcom,
            customer=cast.sutter,
            user_id=user_id(cast.elena),
            role="customer_user",
            name="Elena Moreno",
            email="elena@sutter.example",
        )
    go(cast, MONDAY - timedelta(days=1))
    database_time.set("2026-09-20T10:00:00-07:00")
    with django_capture_on_commit_callbacks(execute=True):
        erase(cast)
    assert User.objects.get(pk=user_id(cast.elena)).is_active
    assert not User.objects.get(pk=user_id(cast.amit)).is_active


def test_foreseeing_asks_little(cast: Cast, open_ticket_of_elena: Ticket) -> None:
    with acting(cast.ruth):
        customer = Customer.objects.get(pk=cast.bayview.pk)
        with at_most_queries(8):
            foresee(customer, Leaving(MONDAY, closes_tickets=False))
