"""Reading people and customers over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.capabilities import Role
from accounts.models import Customer, Membership
from accounts.viewer import Viewer
from tests.accounts.who import seat_id
from tests.api.caller import V1, assert_problem, caller
from tests.builders import build_customer, build_person
from tests.cast import Cast
from tests.stage import acting


def names(viewer: Viewer, path: str) -> list[str]:
    """Return the names of a list, in its order."""
    return [item["name"] for item in caller(viewer).get(path).json()["items"]]


def test_a_customers_administrator_reads_the_own_colleagues_only(cast: Cast) -> None:
    assert names(cast.amit, "/people") == ["Elena Moreno", "Amit Bhatt"]
    assert names(cast.amit, f"/people?customer={cast.sutter.pk}") == []
    for person in (cast.elena, cast.sam, cast.kim):
        assert_problem(caller(person).get("/people"), 403)


def test_staff_read_the_people_of_customers_and_administrators_their_own_too(cast: Cast) -> None:
    customers = ["Elena Moreno", "Amit Bhatt", "Sam Ortiz"]
    ours = ["Dana Okafor", "Marco Ruiz", "Priya Shah", "Ruth Lindqvist"]
    assert names(cast.dana, "/people") == names(cast.priya, "/people") == customers
    assert names(cast.ruth, "/people") == customers + ours
    assert names(cast.nora, "/people") == ["Kim Aas"]


def test_a_person_is_shown_with_what_limits_them(cast: Cast) -> None:
    with acting(cast.ruth):
        rows = Membership.objects.filter(pk=seat_id(cast.elena))
        rows.update(site_limit=[cast.market_street.pk], may_approve_changes=True)
        email = rows.get().email
    elena, amit = caller(cast.amit).get("/people").json()["items"]
    assert elena == {
        "id": seat_id(cast.elena),
        "name": "Elena Moreno",
        "email": email,
        "role": "customer_user",
        "is_active": True,
        "customer": {"id": cast.bayview.pk, "name": "Bayview Dental Group"},
        "sees": "sites",
        "sites": [cast.market_street.pk],
        "may_approve_changes": True,
    }
    assert (amit["sees"], amit["sites"], amit["may_approve_changes"]) == ("all", None, False)
    assert_problem(caller(cast.elena).get("/people"), 403)


def test_people_are_filtered(cast: Cast) -> None:
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.sam)).update(is_active=False)
    assert names(cast.ruth, f"/people?customer={cast.sutter.pk}") == ["Sam Ortiz"]
    assert names(cast.ruth, "/people?is_active=false") == ["Sam Ortiz"]
    assert names(cast.ruth, "/people?role=dispatcher") == ["Priya Shah"]
    assert names(cast.ruth, "/people?role=technician&is_active=true") == [
        "Dana Okafor",
        "Marco Ruiz",
    ]


def test_staff_read_their_customers_and_customers_read_none(cast: Cast) -> None:
    with acting(cast.ruth):
        Customer.objects.filter(pk=cast.sutter.pk).update(is_active=False)
    (bayview,) = caller(cast.dana).get("/customers?is_active=true").json()["items"]
    assert bayview == {
        "id": cast.bayview.pk,
        "name": "Bayview Dental Group",
        "number": cast.bayview.number,
        "phone": "",
        "is_active": True,
        "leaves_on": None,
    }
    assert names(cast.priya, "/customers?is_active=false") == ["Sutter Freight"]
    assert names(cast.nils, "/customers") == ["Fjord Foods"]
    for person in (cast.elena, cast.amit, cast.kim):
        assert_problem(caller(person).get("/customers"), 403)


@pytest.mark.parametrize("path", ["/people", "/customers"])
def test_pages_hold_everybody_once(cast: Cast, path: str) -> None:
    for number in range(3):
        customer = build_customer(cast.calcom, f"Customer {number}")
        build_person(cast.calcom, Role.CUSTOMER_USER, customer=customer, name=f"Person {number}")
    ruth, seen = caller(cast.ruth), []
    address: str | None = f"{V1}{path}?limit=2"
    while address:
        page = Client().get(address, headers={"Authorization": f"Bearer {ruth.token}"}).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
    everybody = [item["id"] for item in ruth.get(path).json()["items"]]
    assert seen == everybody == sorted(set(everybody))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("people?role=system", "role"),
        ("people?customer=01", "customer"),
        ("people?is_active=1", "is_active"),
        ("people?email=x", "email"),
        ("people?limit=0", "limit"),
        ("customers?customer=1", "customer"),
        ("customers?is_active=yes", "is_active"),
        ("customers?cursor=x", "cursor"),
    ],
)
def test_an_unknown_filter_or_value_is_named(cast: Cast, query: str, field: str) -> None:
    assert_problem(caller(cast.ruth).get(f"/{query}"), 400, field)


@pytest.mark.parametrize("path", ["/people", "/customers"])
def test_longer_lists_take_no_more_queries(cast: Cast, path: str) -> None:
    ruth = caller(cast.ruth)
    ruth.get(path)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ruth.get(path).status_code == 200
        return len(seen)

    before = queries()
    for number in range(4):
        customer = build_customer(cast.calcom, f"Customer {number}")
        build_person(cast.calcom, Role.CUSTOMER_USER, customer=customer, name=f"Person {number}")
    assert queries() == before
