"""From checks and covers in the database to the timeline of a device and the list of gaps."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.models import Device, Site
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.health.helpers import build_check
from tests.stage import DatabaseTime, browser_of
from tests.tickets.web.helpers import text_of

pytestmark = pytest.mark.django_db
BARE = "Monitored, but no contract covers it"
BLIND = "Covered, but not monitored"


@pytest.fixture
def depot(cast: Cast, database_time: DatabaseTime) -> Site:
    """Give Sutter, which has no contract, a site; it is 15 June 2026, 10:00 Pacific."""
    database_time.set("2026-06-15T10:00:00-07:00")
    return build_site(cast.sutter, "Depot")


def watched(site: Site, name: str) -> Device:
    device = build_device(site, name)
    build_check(device)
    return device


def listed(cast: Cast, query: str = "") -> list[str]:
    """Return the names of the devices on a page of the list."""
    answer = browser_of(cast.dana).get(f"/gaps/{query}")
    assert answer.status_code == 200
    return [row.device.name for row in answer.context["rows"]]


def test_the_page_of_a_device_tells_its_own_gap_only(cast: Cast, depot: Site) -> None:
    bare = watched(depot, "Bare")
    browser = browser_of(cast.dana)
    page = text_of(browser.get(f"/devices/{bare.pk}/"))
    assert BARE in page
    assert BLIND not in page
    page = text_of(browser.get(f"/devices/{cast.phone_system.pk}/"))
    assert BLIND in page
    assert BARE not in page


def test_a_device_that_is_covered_and_monitored_has_no_gap(cast: Cast, depot: Site) -> None:
    whole = watched(depot, "Whole")
    build_contract(cast.sutter, device=whole, starts_on=date(2026, 6, 15))
    assert listed(cast, "?q=Whole") == []
    # Before it was watched and covered, nothing is asked of the list, which begins today.
    assert "Whole" not in listed(cast)


def test_the_list_is_narrowed_to_a_kind_of_gap(cast: Cast, depot: Site) -> None:
    watched(depot, "Bare")
    assert listed(cast) == ["Bare", "Main phone system"]
    assert listed(cast, "?kind=monitored_not_covered") == ["Bare"]
    assert listed(cast, "?kind=covered_not_monitored") == ["Main phone system"]
    assert listed(cast, f"?kind=covered_not_monitored&customer={cast.sutter.pk}") == []
    assert listed(cast, "?kind=support_ended") == []


def test_a_kind_of_gap_is_kept_from_page_to_page(cast: Cast, depot: Site) -> None:
    names = [f"Phone {number:03}" for number in range(53)]
    for name in names:
        watched(depot, name)
    browser = browser_of(cast.dana)
    first = browser.get("/gaps/?kind=monitored_not_covered")
    assert [row.device.name for row in first.context["rows"]] == names[:50]
    further = first.context["pager"].next_url
    assert "kind=monitored_not_covered" in further
    second = browser.get(further)
    assert [row.device.name for row in second.context["rows"]] == names[50:]
    assert text_of(second).count(BARE) == 3 + 1
    assert second.context["pager"].next_url == ""
