"""Staff see what a customer's person sees: to read only, for a while, and it is written down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import Client

from accounts.actions import end_look, start_look
from accounts.identity import viewer_of
from accounts.looking import Looking, borrowed_eyes
from accounts.models import AuditEntry, Look, LookEnd, Membership
from accounts.tidying import end_looks
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import customer_scope
from tests.access_matrix import MATRIX
from tests.access_visits import PEOPLE, addresses, path_of
from tests.access_world import build_objects
from tests.accounts.who import seat_id
from tests.builders import build_site
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import nothing_changes, opened
from tests.tickets.web.helpers import text_of
from tickets.actions import add_note
from tickets.models import Ticket

START = "2026-06-15T10:00:00-07:00"
# Of the person themselves, not of the look: signing out ends both.
WAYS_OUT = {"look_stop", "account_logout"}
OWN_ACCOUNT = ("/account/", "/seat/", "/invitation/", "/api/", "/healthz", "/icons/")


def look_of(browser: Client, person: Viewer) -> Any:
    return browser.post(f"/people/{seat_id(person)}/look/", follow=True)


@pytest.fixture
def looking(cast: Cast) -> Client:
    """Give Ruth's browser, in which she sees what Elena sees."""
    browser = browser_of(cast.ruth)
    assert look_of(browser, cast.elena).status_code == 200
    return browser


@pytest.fixture
def noted(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give Elena's ticket with an internal note."""
    ticket = opened(cast, database_time, START)
    with acting(cast.dana):
        add_note(ticket=ticket, text="The customer pays late.", actor=cast.dana)
    return ticket


def test_the_banner_says_whose_eyes_and_that_nothing_can_be_changed(looking: Client) -> None:
    page = text_of(looking.get("/tickets/"))
    assert "You see what Elena Moreno sees. Nothing can be changed." in page
    assert "Ends" in page


def test_staff_see_the_customers_home_without_notes_and_without_staff_pages(
    cast: Cast, noted: Ticket
) -> None:
    browser = browser_of(cast.priya)
    assert "Bayview Dental Group" in text_of(look_of(browser, cast.elena))
    page = text_of(browser.get(f"/tickets/{noted.reference}/"))
    assert "Both front desk phones are dead." in page
    assert "pays late" not in page
    assert browser.get("/queue/").status_code == 403
    assert browser.get("/audit/").status_code == 403
    assert browser.get("/customers/").status_code == 403


def test_the_database_answers_as_the_customers_role_and_refuses_to_write(cast: Cast) -> None:
    with acting(cast.ruth):
        person = Membership.objects.select_related("provider", "customer").get(
            pk=seat_id(cast.elena)
        )
        look = start_look(person=person, actor=cast.ruth)
    eyes = Looking(viewer_of(person), cast.ruth, look.ends_at)
    with borrowed_eyes(eyes), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.customer_id')")
        assert cursor.fetchone() == ("portal_customer", str(cast.bayview.pk))
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            cursor.execute("UPDATE accounts_membership SET phone = '1'")
    with acting(cast.elena), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_membership SET phone = '' WHERE id = %s", [person.pk])
        assert cursor.rowcount == 1


def test_every_post_of_the_matrix_is_refused_while_looking(cast: Cast) -> None:
    objects = build_objects(cast)
    browser = browser_of(cast.ruth)
    look_of(browser, cast.elena)
    with acting(cast.ruth):
        ticket = Ticket.objects.get(reference=objects["ref"])

    with nothing_changes(ticket):
        answers = {
            name: browser.post(path_of(name, pattern, objects))
            for name, pattern in addresses()
            if name not in WAYS_OUT
        }

    free = {"healthz": 200, "icons": 200}
    # No session counts where machines report.
    free |= {"agent_enrol": 400, "beat": 404, "beat_said": 404}
    for name, answer in answers.items():
        if answer.request["PATH_INFO"].startswith("/api/"):
            # No session counts there, whoever looks.
            assert answer.status_code in (401, 404, 405), name
        else:
            assert answer.status_code == free.get(name, 403), name
    told = text_of(answers["ticket_reply"])
    assert "You are only looking" in told
    assert "Nothing was sent" in told


def test_every_page_reads_for_staff_as_it_does_for_the_customer(cast: Cast) -> None:
    objects = build_objects(cast)
    browser = browser_of(cast.ruth)
    look_of(browser, cast.elena)
    column = PEOPLE.index("elena")
    wrong = {}
    for name, pattern in addresses():
        path = path_of(name, pattern, objects)
        if path.startswith(OWN_ACCOUNT):
            continue
        with transaction.atomic():
            got = str(browser.get(path).status_code)
            transaction.set_rollback(True)
        if got != MATRIX[name]["GET"].split()[column]:
            wrong[name] = got
    assert wrong == {}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_ways_to_write_are_refused_too(looking: Client, method: str) -> None:
    assert getattr(looking, method)("/profile/").status_code == 403


def test_a_htmx_post_is_refused_in_a_part(looking: Client) -> None:
    answer = looking.post("/profile/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "<html" not in answer.content.decode()


def test_stopping_leads_back_to_the_customer_and_to_oneself(cast: Cast, looking: Client) -> None:
    answer = looking.post("/look/stop/")
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{cast.bayview.pk}/")
    page = text_of(looking.get("/queue/"))
    assert "You see what" not in page
    with acting(cast.ruth):
        look = Look.objects.get()
    assert look.ended_by == LookEnd.STOPPED
    assert looking.post("/look/stop/")["Location"] == "/"


def test_begin_end_and_pages_stand_in_the_trail(cast: Cast, looking: Client) -> None:
    looking.get("/tickets/")
    looking.get("/our-systems/")
    looking.get("/tickets/", headers={"HX-Request": "true"})
    looking.post("/look/stop/")
    with acting(cast.ruth):
        entries = AuditEntry.objects.filter(action__startswith="look.").order_by("number")
        began, ended = [
            (entry.action, entry.actor_name, json.loads(entry.body)) for entry in entries
        ]
    assert began[:2] == ("look.started", "Ruth Lindqvist")
    assert began[2]["subject"] == "membership Elena Moreno"
    assert ended[:2] == ("look.ended", "Ruth Lindqvist")
    # The home page to which the look led, and the two after it.
    assert ended[2]["details"]["pages"] == 3


def test_a_look_ends_by_itself_after_thirty_minutes(
    cast: Cast, database_time: DatabaseTime
) -> None:
    start = database_time.set(START)
    browser = browser_of(cast.ruth)
    look_of(browser, cast.elena)
    database_time.set(start + timedelta(minutes=30) - timedelta(seconds=1))
    assert "You see what Elena Moreno sees" in text_of(browser.get("/tickets/"))
    database_time.set(start + timedelta(minutes=30))
    page = text_of(browser.get("/tickets/"))
    assert "The look is over" in page
    assert "You see what" not in page
    with acting(cast.ruth):
        look = Look.objects.get()
    assert (look.ended_by, look.ended_at) == (LookEnd.TIME, start + timedelta(minutes=30))


def test_a_form_sent_after_the_end_does_not_act_as_oneself(
    cast: Cast, noted: Ticket, database_time: DatabaseTime
) -> None:
    browser = browser_of(cast.ruth)
    look_of(browser, cast.elena)
    database_time.set("2026-06-15T10:31:00-07:00")
    answer = browser.post(f"/tickets/{noted.reference}/close/")
    assert answer.status_code == 403
    with acting(cast.ruth):
        assert Ticket.objects.get(pk=noted.pk).state == "open"


def test_a_form_left_open_in_another_tab_has_grown_old(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(browser_of(cast.ruth).cookies)
    strict.get(f"/people/{seat_id(cast.elena)}/look/")
    begun = strict.post(f"/people/{seat_id(cast.elena)}/look/", headers=token_of(strict))
    assert begun.status_code == 303
    strict.get("/profile/")
    stale = token_of(strict)
    assert strict.post("/look/stop/", headers=stale).status_code == 303
    strict.get("/profile/")
    assert strict.post("/profile/", headers=stale).status_code == 403
    assert strict.post("/profile/", headers=token_of(strict)).status_code != 403


def token_of(browser: Client) -> dict[str, str]:
    return {"X-CSRFToken": browser.cookies["csrf"].value}


def test_closing_either_access_ends_the_look(cast: Cast, looking: Client) -> None:
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.elena)).update(is_active=False)
    assert "You see what" not in text_of(looking.get("/tickets/"))
    with acting(cast.ruth):
        assert Look.objects.get().ended_by == LookEnd.ACCESS


def test_somebody_who_loses_the_right_sees_as_themselves_again(
    cast: Cast,
) -> None:
    browser = browser_of(cast.priya)
    look_of(browser, cast.elena)
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.priya)).update(role="technician")
    assert "You see what" not in text_of(browser.get("/tickets/"))


def test_looks_that_nobody_stopped_are_written_down(
    cast: Cast, looking: Client, database_time: DatabaseTime
) -> None:
    with acting(cast.ruth):
        ends_at = Look.objects.get().ends_at
    assert end_looks() == 0
    database_time.set(ends_at + timedelta(hours=2))
    assert end_looks() == 1
    with acting(cast.ruth):
        assert Look.objects.get().ended_at == ends_at
        assert AuditEntry.objects.filter(action="look.ended").count() == 1


def test_a_limited_colleagues_limit_holds_for_the_look(cast: Cast, noted: Ticket) -> None:
    with acting(cast.ruth):
        elsewhere = build_site(cast.bayview, "Harbor")
        Membership.objects.filter(pk=seat_id(cast.elena)).update(site_limit=[elsewhere.pk])
        Ticket.objects.filter(pk=noted.pk).update(reporter_id=seat_id(cast.amit))
    browser = browser_of(cast.ruth)
    look_of(browser, cast.elena)
    assert browser.get(f"/tickets/{noted.reference}/").status_code == 404


@pytest.mark.parametrize("who", ["dana", "amit", "elena"])
def test_others_may_not_look(cast: Cast, who: str) -> None:
    viewer = getattr(cast, who)
    with acting(viewer):
        person = Membership.objects.select_related("customer").get(pk=seat_id(cast.amit))
        with pytest.raises(NotAllowed):
            start_look(person=person, actor=viewer)


def test_an_api_key_does_not_look_and_staff_are_not_looked_at(cast: Cast) -> None:
    key = replace(cast.ruth, scopes=frozenset({"tickets:read"}), via="key 1")
    with acting(cast.ruth):
        elena, dana = (
            Membership.objects.select_related("customer").get(pk=seat_id(one))
            for one in (cast.elena, cast.dana)
        )
        with pytest.raises(NotAllowed, match="API key"):
            start_look(person=elena, actor=key)
        with pytest.raises(RuleBroken, match="own people"):
            start_look(person=dana, actor=cast.ruth)
        Membership.objects.filter(pk=elena.pk).update(is_active=False)
        elena.refresh_from_db()
        with pytest.raises(RuleBroken, match="cannot sign in"):
            start_look(person=elena, actor=cast.ruth)
        assert not Look.objects.exists()


def test_customers_cannot_read_who_looked(cast: Cast, looking: Client) -> None:
    with (
        customer_scope(provider_id=cast.calcom.pk, customer_id=cast.bayview.pk),
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
    ):
        Look.objects.count()


def test_a_look_ends_once(cast: Cast, looking: Client) -> None:
    with acting(cast.ruth):
        look = Look.objects.get()
        for _ in range(2):
            end_look(look=look, ended_by=LookEnd.STOPPED, actor=cast.ruth)
        assert AuditEntry.objects.filter(action="look.ended").count() == 1
