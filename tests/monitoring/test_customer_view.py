"""What a customer's people see of their equipment: whether it is well, without the machinery."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.capabilities import Role
from accounts.models import Membership
from monitoring.customer_home import headline
from tests.accounts.who import seat_id
from tests.builders import build_device, build_person, build_site
from tests.cast import Cast
from tests.monitoring.watched import break_down, tell_day, watch
from tests.stage import acting, browser_of

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("watched", "attention", "words"),
    [
        (1, 0, "Your system is working"),
        (1, 1, "Your system needs attention"),
        (12, 0, "All 12 systems are working"),
        (4, 1, "One of your 4 systems needs attention"),
        (40, 12, "12 of your 40 systems need attention"),
    ],
)
def test_the_headline_answers_the_first_question(watched: int, attention: int, words: str) -> None:
    assert headline(watched, attention) == words


@pytest.mark.parametrize(
    ("watched", "planned", "words"),
    [
        (1, 1, "Your system is being worked on, as planned"),
        (12, 1, "One of your 12 systems is in planned work"),
        (12, 3, "Three of your 12 systems are in planned work"),
    ],
)
def test_the_headline_does_not_say_working_of_what_is_worked_on(
    watched: int, planned: int, words: str
) -> None:
    assert headline(watched, 0, planned) == words


def test_home_says_that_all_is_well(cast: Cast) -> None:
    check = watch(cast.phone_system)
    with acting(cast.dana) as scope:
        midnight = scope.now.replace(hour=0, minute=0, second=0, microsecond=0)
    tell_day(check, midnight - DAY, up_seconds=86_400)
    page = browser_of(cast.elena).get("/").content.decode()
    assert "Your system is working" in page
    assert "Phone system reachable" in page
    assert "100 %" in page
    assert "Last 30 days: without a gap" in page


def test_home_boasts_of_no_month_without_a_gap_while_the_phones_are_out_of_reach(
    cast: Cast,
) -> None:
    watch(cast.phone_system, state="unreachable")
    page = browser_of(cast.elena).get("/").content.decode()
    assert "Last 30 days, but out of reach now" in page
    assert "without a gap" not in page


def test_home_names_what_does_not_answer(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    watch(build_device(cast.market_street, "Reception phone"), state="suspect")
    page = browser_of(cast.elena).get("/").content.decode()
    assert "One of your 2 systems needs attention" in page
    assert "Main phone system, Market Street: not answering." in page
    assert "Being checked" in page


def test_home_is_as_before_while_nobody_watches_or_nothing_was_asked(cast: Cast) -> None:
    before = browser_of(cast.elena).get("/").content.decode()
    assert "Nothing is open" in before
    watch(cast.phone_system, state="pending", last_at=None)
    assert "Nothing is open" in browser_of(cast.elena).get("/").content.decode()


def test_home_does_not_ask_more_for_more_systems(cast: Cast) -> None:
    watch(cast.phone_system)
    browser = browser_of(cast.elena)
    browser.get("/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/")
    for number in range(12):
        watch(build_device(cast.market_street, f"Phone {number}"))
    with CaptureQueriesContext(connection) as many:
        browser.get("/")
    assert len(many) == len(one)


def test_a_customers_device_page_tells_the_state_without_the_machinery(cast: Cast) -> None:
    check = watch(cast.phone_system, "Calls work", "down", last_words="No answer from 10.9.8.7")
    break_down(check, cause="No answer from 10.9.8.7 within 5 s")
    page = browser_of(cast.elena).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert "Not answering" in page
    assert "10.9.8.7" not in page
    assert "/checks/" not in page
    assert "/incidents/" not in page
    staff = browser_of(cast.dana).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert "10.9.8.7" in staff
    assert f"/checks/{check.pk}/" in staff


def test_lists_of_devices_carry_a_light_in_the_readers_words(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    assert "Not answering" in browser_of(cast.elena).get("/our-systems/").content.decode()
    assert "Down" in browser_of(cast.dana).get("/devices/").content.decode()


def test_a_colleague_with_a_limit_hears_nothing_of_other_sites(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    harbor = build_site(cast.bayview, "Harbor")
    watch(build_device(harbor, "Harbor phones"))
    omar = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name="Omar Haddad")
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(omar)).update(site_limit=[harbor.pk])
    page = browser_of(omar).get("/").content.decode()
    assert "Your system is working" in page
    assert "Main phone system" not in page


def test_a_rival_customer_sees_nothing(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    assert "Main phone system" not in browser_of(cast.sam).get("/").content.decode()
