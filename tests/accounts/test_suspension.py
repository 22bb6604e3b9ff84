"""A suspended provider: everything can be read, nothing can be changed, and sweeps wait."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.actions import create_customer
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.invite_person import invite_with_link
from accounts.actions.resume_provider import resume_provider
from accounts.actions.suspend_provider import suspend_provider
from accounts.models import AuditEntry, Customer, Membership, User
from accounts.operators import PORTAL
from accounts.suspension import ProviderSuspended
from calcom_portal.common.tenancy import provider_scope
from notifications.climbing import climb_ladder
from tests.accounts.who import seat_id
from tests.api.caller import caller
from tests.builders import PASSWORD, build_password
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tickets.actions import claim_ticket
from tickets.models import Verdict
from tickets.sweeps.deadlines import sweep_deadlines
from tickets.sweeps.waking import wake_tickets

START = "2026-06-15T16:00:00+00:00"


def suspend(cast: Cast) -> None:
    suspend_provider(provider_id=cast.calcom.pk, because="Not paid", operator=PORTAL)


def test_people_sign_in_and_read_with_an_honest_line_above(cast: Cast) -> None:
    suspend(cast)
    build_password(cast.elena)
    client = Client()
    assert (
        client.post("/account/login/", {"login": email_of(cast), "password": PASSWORD}).status_code
        == 302
    )
    page = client.get("/tickets/").content.decode()
    assert "CalCom cannot take tickets or changes here at the moment." in page
    assert "(415) 555-0100" in page
    staff = browser_of(cast.dana).get("/queue/").content.decode()
    assert "CalCom is suspended." in staff
    assert "suspended" not in browser_of(cast.nora).get("/queue/").content.decode()


def email_of(cast: Cast) -> str:
    with provider_scope(provider_id=cast.calcom.pk):
        return Membership.objects.get(pk=seat_id(cast.elena)).email


@pytest.mark.parametrize(
    ("who", "path"),
    [("elena", "/tickets/new/"), ("ruth", "/customers/new/"), ("amit", "/people/invite/")],
)
def test_every_form_is_refused_in_plain_words(cast: Cast, who: str, path: str) -> None:
    suspend(cast)
    answer = browser_of(getattr(cast, who)).post(path, {"name": "x"})
    assert answer.status_code == 409
    assert "Nothing can be changed here at the moment" in answer.content.decode()


def test_the_api_reads_and_refuses_to_write(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(START)
    ticket = opened(cast, database_time)
    robot = caller(cast.dana)
    suspend(cast)
    client = Client()
    headers = {"Authorization": f"Bearer {robot.token}", "Idempotency-Key": str(uuid.uuid4())}
    path = f"/api/v1/tickets/{ticket.reference}"
    assert client.get(path, headers=headers).status_code == 200
    answer = client.post(f"{path}/claim", "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("provider-suspended")


def test_an_action_is_refused_even_past_the_address(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(START)
    ticket = opened(cast, database_time)
    with acting(cast.ruth):
        _, link = invite_with_link(
            email="new@bayview.example",
            name="N",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )
    suspend(cast)
    with pytest.raises(ProviderSuspended), acting(cast.ruth):
        create_customer(name="New", number="N-1", actor=cast.ruth)
    with pytest.raises(ProviderSuspended), acting(cast.dana):
        claim_ticket(ticket=ticket, actor=cast.dana)
    with pytest.raises(ProviderSuspended):
        accept_invitation(token=link.split("/")[2], name="N", password=PASSWORD)
    assert not User.objects.filter(email="new@bayview.example").exists()
    with acting(cast.ruth):
        assert not Customer.objects.filter(number="N-1").exists()


def test_deadlines_run_on_and_are_judged_with_their_true_instants_after_resumption(
    cast: Cast, database_time: DatabaseTime
) -> None:
    start = database_time.set(START)
    opened(cast, database_time)
    suspend(cast)
    later = database_time.set(start + timedelta(days=10))
    assert sweep_deadlines().clocks == 0
    assert wake_tickets().resumed == 0
    assert climb_ladder() == 0
    resume_provider(provider_id=cast.calcom.pk, operator=PORTAL)
    assert sweep_deadlines().misses == 1
    with acting(cast.ruth):
        verdict = Verdict.objects.get()
    assert verdict.outcome == "missed"
    assert verdict.due_at < later - timedelta(days=5)
    assert verdict.sealed_at == later


def test_the_other_provider_works_on(cast: Cast) -> None:
    suspend(cast)
    with acting(cast.nils):
        create_customer(name="New", number="N-1", actor=cast.nils)
        assert AuditEntry.objects.filter(action="customer.created").exists()


def test_after_resumption_everything_works_again(cast: Cast) -> None:
    suspend(cast)
    resume_provider(provider_id=cast.calcom.pk, operator=PORTAL)
    with acting(cast.ruth):
        create_customer(name="New", number="N-1", actor=cast.ruth)
        assert AuditEntry.objects.filter(action="customer.created").exists()
