"""Colleagues with limits: both walls keep them to their sites, or to their own tickets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test import Client

from accounts.actions import change_role, invite_person, limit_person
from accounts.actions.invite_person import invite_with_link
from accounts.allowances import Allowance
from accounts.capabilities import Role
from accounts.identity import viewer_of
from accounts.models import AuditEntry, Membership
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, NotAllowed
from calcom_portal.common.limits import Limit
from calcom_portal.common.rls import SITES
from contracts.models import Device, Site
from tests.accounts.who import seat_id
from tests.api.caller import caller
from tests.builders import PASSWORD, build_device, build_person, build_site
from tests.cast import Cast
from tests.stage import acting, browser_of
from tests.tickets.helpers import request_of, told
from tests.tickets.web.helpers import text_of
from tickets.actions import open_ticket, reply_to_ticket, watch_ticket
from tickets.models import Fact, Message, Ticket, Watcher

NO_SUCH = 404
CHILDREN = ("message", "fact", "clock", "watcher", "verdict", "rung", "attachment")


@dataclass(frozen=True)
class Limited:
    """Two of Bayview's people with limits, and a ticket at each of its two sites, and at none."""

    cast: Cast
    harbor: Site
    harbor_system: Device
    omar: Viewer
    ida: Viewer
    at_market: Ticket
    at_harbor: Ticket
    at_no_site: Ticket
    of_omar: Ticket
    of_ida: Ticket


@pytest.fixture
def limited(cast: Cast) -> Limited:
    """Omar sees Harbor only, Ida her own tickets only; each reported one at Market Street."""
    harbor = build_site(cast.bayview, "Harbor")
    system = build_device(harbor, "Harbor phone system")
    omar = limit(cast, new_user(cast, "Omar Haddad"), Allowance(site_ids=(harbor.pk,)))
    ida = limit(cast, new_user(cast, "Ida Novak"), Allowance(own_tickets_only=True))
    market = {"site_id": cast.market_street.pk, "device_id": cast.phone_system.pk}
    return Limited(
        cast=cast,
        harbor=harbor,
        harbor_system=system,
        omar=omar,
        ida=ida,
        at_market=report(cast, cast.elena, **market),
        at_harbor=report(cast, cast.elena, site_id=harbor.pk, device_id=system.pk),
        at_no_site=report(cast, cast.elena),
        # Reported before they were limited, so about a place that they do not see any more.
        of_omar=report(cast, unlimited(omar), **market),
        of_ida=report(cast, ida, **market),
    )


def new_user(cast: Cast, name: str) -> Viewer:
    return build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name=name)


def unlimited(viewer: Viewer) -> Viewer:
    return replace(viewer, limit=None)


def limit(cast: Cast, viewer: Viewer, allowance: Allowance) -> Viewer:
    with acting(cast.amit):
        person = Membership.objects.select_related("provider", "customer").get(pk=seat_id(viewer))
        changed = limit_person(person=person, allowance=allowance, actor=cast.amit)
        return viewer_of(
            Membership.objects.select_related("provider", "customer").get(pk=changed.pk)
        )


def report(cast: Cast, viewer: Viewer, **place: Any) -> Ticket:
    place = {"site_id": None, "device_id": None} | place
    with acting(viewer):
        request = request_of(cast, reporter_id=viewer.membership_id, **place)
        return open_ticket(request=request, actor=viewer)


def rows(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@contextmanager
def refused(error: type[Exception], words: str) -> Iterator[None]:
    with pytest.raises(error, match=words), transaction.atomic():
        yield


def references(*tickets: Ticket) -> set[str]:
    return {ticket.reference for ticket in tickets}


def test_python_and_sql_show_the_tickets_of_the_own_sites_and_own_reports(limited: Limited) -> None:
    wanted = {
        limited.omar: references(limited.at_harbor, limited.of_omar),
        limited.ida: references(limited.of_ida),
        limited.cast.elena: references(
            *(limited.at_market, limited.at_harbor, limited.at_no_site),
            *(limited.of_omar, limited.of_ida),
        ),
    }
    for viewer, seen in wanted.items():
        with acting(viewer):
            assert set(Ticket.objects.values_list("reference", flat=True)) == seen
            assert {one for (one,) in rows("SELECT reference FROM tickets_ticket")} == seen
        with acting(unlimited(viewer)):
            by_access = Ticket.objects.visible_to(viewer).values_list("reference", flat=True)
            assert set(by_access) == seen


@pytest.mark.parametrize("table", CHILDREN)
def test_what_belongs_to_a_hidden_ticket_is_hidden_by_both_walls(
    limited: Limited, table: str
) -> None:
    model = apps.get_model("tickets", table)
    for viewer in (limited.omar, limited.ida):
        with acting(viewer):
            seen = set(Ticket.objects.values_list("pk", flat=True))
            by_sql = {pk for (pk,) in rows(f"SELECT ticket_id FROM tickets_{table}")}
            assert by_sql == set(model.objects.values_list("ticket_id", flat=True))
            assert by_sql <= seen
    with acting(limited.omar):
        assert Fact.objects.filter(ticket=limited.at_harbor).exists()
        assert not Message.objects.filter(ticket=limited.at_market).exists()


def test_sites_and_devices_are_those_of_the_limit(limited: Limited) -> None:
    with acting(limited.omar):
        assert rows("SELECT id FROM contracts_site") == [(limited.harbor.pk,)]
        assert list(Site.objects.values_list("pk", flat=True)) == [limited.harbor.pk]
        assert rows("SELECT id FROM contracts_device") == [(limited.harbor_system.pk,)]
        assert list(Device.objects.values_list("pk", flat=True)) == [limited.harbor_system.pk]
    with acting(limited.ida):
        # Own tickets only says nothing of places: she has to choose one when she reports.
        assert Site.objects.count() == len(rows("SELECT 1 FROM contracts_site")) == 2


def test_every_customers_table_of_tickets_devices_and_sites_keeps_to_limits(db: None) -> None:
    # A contract, its covers and its terms are the whole company's; see the decision on limits.
    free = {"contracts_cover"}
    for model in apps.get_models():
        names = {field.name for field in model._meta.local_fields} & {"ticket", "device"}
        table = model._meta.db_table
        policy = rows(
            "SELECT qual FROM pg_policies WHERE tablename = %s"
            " AND policyname = 'portal_customer_rows'",
            table,
        )
        granted = rows(
            "SELECT 1 FROM information_schema.role_table_grants WHERE table_name = %s"
            " AND grantee = 'portal_customer' AND privilege_type = 'SELECT'",
            table,
        )
        if names and policy and granted and table not in free:
            assert "app.limit" in policy[0][0], f"{table} ignores the limits of people"


def test_pages_answer_as_if_the_rest_did_not_exist(limited: Limited) -> None:
    browser = browser_of(limited.omar)
    page = text_of(browser.get("/tickets/?show=all"))
    assert limited.at_harbor.reference in page
    assert limited.of_omar.reference in page
    assert limited.at_market.reference not in page
    for path in ("", "live/", "why/", "reply/", "reopen/", "watch/"):
        assert browser.get(f"/tickets/{limited.at_market.reference}/{path}").status_code == NO_SUCH
        assert browser.get(f"/tickets/{limited.of_omar.reference}/{path}").status_code == 200
    assert browser.get(f"/devices/{limited.cast.phone_system.pk}/").status_code == NO_SUCH
    assert browser.get(f"/sites/{limited.cast.market_street.pk}/").status_code == NO_SUCH
    assert browser.get(f"/devices/{limited.harbor_system.pk}/").status_code == 200


def test_search_and_counts_leave_the_rest_out(limited: Limited) -> None:
    browser = browser_of(limited.omar)
    found = text_of(browser.get("/tickets/", {"q": "desk", "show": "all"}))
    assert limited.at_market.reference not in found
    straight = browser.get("/tickets/", {"q": limited.at_market.reference})
    assert straight.status_code == 200
    assert "Main phone system" not in text_of(browser.get("/our-systems/"))
    home = text_of(browser.get("/"))
    assert "Harbor phone system" in home
    assert "Main phone system" not in home
    assert limited.at_market.reference not in home


def test_every_page_of_a_limited_colleague_opens(limited: Limited) -> None:
    for viewer in (limited.omar, limited.ida):
        browser = browser_of(viewer)
        for path in ("/", "/tickets/", "/tickets/new/", "/our-systems/", "/our-contract/"):
            assert browser.get(path).status_code == 200, path


def test_the_api_keeps_to_the_limit_too(limited: Limited) -> None:
    api = caller(limited.omar)
    listed = api.get("/tickets").json()["items"]
    assert {one["reference"] for one in listed} == references(limited.at_harbor, limited.of_omar)
    assert api.get(f"/tickets/{limited.at_market.reference}").status_code == NO_SUCH
    assert api.get(f"/tickets/{limited.at_market.reference}/messages").status_code == NO_SUCH
    assert [one["name"] for one in api.get("/devices").json()["items"]] == ["Harbor phone system"]
    assert api.get(f"/devices/{limited.cast.phone_system.pk}").status_code == NO_SUCH
    assert [one["name"] for one in api.get("/sites").json()["items"]] == ["Harbor"]


def test_nothing_can_be_reported_about_a_place_out_of_reach(limited: Limited) -> None:
    place = {"site_id": limited.cast.market_street.pk, "device_id": limited.cast.phone_system.pk}
    with pytest.raises((BadInput, Missing)):
        report(limited.cast, limited.omar, **place)


def test_sql_writes_nothing_into_a_ticket_out_of_reach(limited: Limited) -> None:
    with acting(limited.omar), refused(ProgrammingError, "row-level security"):
        Watcher.objects.create(
            provider_id=limited.cast.calcom.pk,
            customer_id=limited.cast.bayview.pk,
            ticket_id=limited.at_market.pk,
            membership_id=seat_id(limited.omar),
        )
    with acting(limited.omar):
        assert (
            rows(
                "UPDATE tickets_ticket SET subject = 'x' WHERE id = %s RETURNING id",
                limited.at_market.pk,
            )
            == []
        )


def test_watchers_who_may_not_see_a_ticket_get_no_copies(limited: Limited) -> None:
    cast = limited.cast
    with acting(cast.amit), pytest.raises(BadInput, match="who see the ticket"):
        watch_ticket(ticket=limited.at_market, membership_id=seat_id(limited.omar), actor=cast.amit)
    with acting(cast.amit):
        watch_ticket(ticket=limited.at_harbor, membership_id=seat_id(limited.omar), actor=cast.amit)
    with acting(cast.dana):
        reply_to_ticket(ticket=limited.at_harbor, text="On my way.", actor=cast.dana)
    assert "Omar Haddad" in told("ticket_replied", of=limited.at_harbor)
    limit(cast, limited.omar, Allowance(own_tickets_only=True))
    with acting(cast.marco):
        reply_to_ticket(ticket=limited.at_harbor, text="Still on my way.", actor=cast.marco)
    assert told("ticket_replied", of=limited.at_harbor).count("Omar Haddad") == 1


def test_moving_to_another_site_changes_what_is_seen_and_keeps_own_reports(
    limited: Limited,
) -> None:
    moved = limit(limited.cast, limited.omar, Allowance(site_ids=(limited.cast.market_street.pk,)))
    with acting(moved):
        seen = set(Ticket.objects.values_list("reference", flat=True))
    assert seen == references(limited.at_market, limited.of_omar, limited.of_ida)


def test_an_administrator_limits_a_colleague_on_their_page(limited: Limited) -> None:
    cast, browser = limited.cast, browser_of(limited.cast.amit)
    path = f"/people/{cast.elena.membership_id}/"
    assert "Authorised for changes" in text_of(browser.get(path))
    data = {"reach": "sites", "sites": [str(limited.harbor.pk)], "may_approve_changes": "on"}
    assert browser.post(f"{path}limits/", data).status_code == 303
    page = text_of(browser.get(path))
    assert "Some sites, and what they reported themselves: Harbor" in page
    assert "Authorised: approves changes for the company" in page
    with acting(cast.ruth):
        entry = AuditEntry.objects.filter(action="person.limited").latest("number")
    details = json.loads(entry.body)["details"]
    assert (details["sees"], details["sites"], details["approves"]) == ("sites", ["Harbor"], True)
    people = text_of(browser.get("/people/", {"limits": "approves"}))
    assert "Elena Moreno" in people
    assert "Ida Novak" not in people


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reach": "sites"}, "Choose at least one site"),
        ({"reach": "sites", "sites": ["999999"]}, "not one of the available choices"),
        ({"reach": "everything"}, "not one of the available choices"),
    ],
)
def test_a_bad_limit_is_refused_on_its_field(
    limited: Limited, data: dict[str, Any], field: str
) -> None:
    cast = limited.cast
    answer = browser_of(cast.amit).post(f"/people/{cast.elena.membership_id}/limits/", data)
    assert answer.status_code == 422
    assert field in text_of(answer)
    with acting(cast.amit):
        assert Membership.objects.get(pk=seat_id(cast.elena)).limit is None


def test_sites_of_another_customer_and_limits_of_administrators_are_refused(
    limited: Limited,
) -> None:
    cast = limited.cast
    elsewhere = build_site(cast.sutter, "Depot")
    with acting(cast.amit):
        elena, amit = (Membership.objects.get(pk=seat_id(one)) for one in (cast.elena, cast.amit))
        with pytest.raises(BadInput, match="at least one site"):
            limit_person(
                person=elena, allowance=Allowance(site_ids=(elsewhere.pk,)), actor=cast.amit
            )
        with pytest.raises(BadInput, match="Administrators see everything"):
            limit_person(person=amit, allowance=Allowance(own_tickets_only=True), actor=cast.amit)
        with refused(IntegrityError, "only_users_are_limited"):
            Membership.objects.filter(pk=amit.pk).update(own_tickets_only=True)
    with acting(cast.elena), pytest.raises(NotAllowed):
        limit_person(person=elena, allowance=Allowance(), actor=cast.elena)


def test_the_limit_ends_when_somebody_becomes_administrator(limited: Limited) -> None:
    with acting(limited.cast.amit):
        omar = Membership.objects.get(pk=seat_id(limited.omar))
        change_role(person=omar, role=Role.CUSTOMER_ADMIN, actor=limited.cast.amit)
        assert Membership.objects.get(pk=omar.pk).limit is None


def test_an_invitation_carries_its_limits(limited: Limited, client: Client) -> None:
    cast = limited.cast
    with acting(cast.amit):
        path = invite_with_link(
            email="noa@bayview.example",
            name="Noa Field",
            role=Role.CUSTOMER_USER,
            customer=cast.bayview,
            allowance=Allowance(site_ids=(limited.harbor.pk,), may_approve_changes=True),
            actor=cast.amit,
        )[1]
    client.post(path, {"name": "Noa Field", "password": PASSWORD})
    with acting(cast.ruth):
        noa = Membership.objects.get(name="Noa Field")
    assert noa.limit == Limit(noa.pk, frozenset({limited.harbor.pk}))
    assert noa.may_approve_changes
    page = browser_of(cast.amit).post(
        "/people/invite/",
        {
            "name": "X",
            "email": "x@bayview.example",
            "role": "customer_admin",
            "reach": "own",
            "submission": str(uuid.uuid4()),
        },
    )
    assert page.status_code == 422
    with acting(cast.ruth), pytest.raises(BadInput):
        invite_person(
            email="y@calcom.example",
            name="Y",
            role=Role.TECHNICIAN,
            customer=None,
            allowance=Allowance(own_tickets_only=True),
            actor=cast.ruth,
        )


def test_leaving_the_narrowed_scope_puts_the_wide_one_back(limited: Limited) -> None:
    with acting(limited.cast.elena):
        with acting(limited.omar):
            assert Ticket.objects.count() == len(rows("SELECT 1 FROM tickets_ticket")) == 2
        assert Ticket.objects.count() == len(rows("SELECT 1 FROM tickets_ticket")) == 5
    assert "app.limit" in SITES
