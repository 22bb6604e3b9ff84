"""The board, sites, checks and outages as staff see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from monitoring.board import overview
from monitoring.board_page import head_figures
from monitoring.device_part import stand_of
from monitoring.models import Check, Maintenance
from monitoring.setup_page import FactLine, fact_lines
from monitoring.standing import Shown, Stand, worst
from monitoring.states import State
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.monitoring.watched import break_down, tell_change, tell_day, watch
from tests.stage import DatabaseTime, acting, browser_of

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_a_device_stands_as_the_worst_of_its_checks(cast: Cast) -> None:
    watch(cast.phone_system, "SIP answers", "up")
    watch(cast.phone_system, "Page answers", "down")
    phone = build_device(cast.market_street, "Reception phone")
    watch(phone, state="unknown")
    watch(phone, "Page answers", "up")
    build_device(cast.market_street, "Nobody watches this")

    with acting(cast.dana):
        shown = overview()

    assert {stand.device_id: stand.shown for stand in shown.stands} == {
        cast.phone_system.pk: Shown.DOWN,
        phone.pk: Shown.UP,
    }
    assert [(figure.face.word, figure.count) for figure in head_figures(shown)] == [
        ("Down", 1),
        ("In doubt", 0),
        ("Unknown", 0),
        ("Up", 1),
        ("Not watched", 1),
    ]


def test_the_database_and_the_page_show_every_check_alike(cast: Cast) -> None:
    cases = product(State, ("alive", "degraded", ""), (True, False), (True, False))
    for number, (state, outcome, paused, flapping) in enumerate(cases):
        check = watch(cast.phone_system, f"Check {number}", state.value, last_outcome=outcome)
        with provider_scope(provider_id=cast.calcom.pk) as scope:
            check.paused_at = scope.now if paused else None
            check.flapping_since = scope.now if flapping else None
            check.save(update_fields=["paused_at", "flapping_since"])

    with acting(cast.dana):
        rows: Any = Check.objects.as_shown()
        for check in rows:
            assert Shown(check.shown) is stand_of(check).shown, check.name


def test_retired_devices_are_not_on_the_board(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        Device.objects.update(retired_on=scope.now.date())
    with acting(cast.dana):
        assert overview().stands == []


def test_the_worst_stands_for_as_long_as_it_does(cast: Cast) -> None:
    with acting(cast.dana) as scope:
        early, late = scope.now - 9 * MINUTE, scope.now - MINUTE
    stands = [Stand(Shown.DOWN, late), Stand(Shown.DOWN, early), Stand(Shown.UP, early - MINUTE)]
    assert worst(stands) == Stand(Shown.DOWN, early)
    assert worst([]) == Stand(Shown.UNWATCHED)


def test_the_board_names_outages_doubts_and_sites(cast: Cast) -> None:
    build_contract(cast.bayview)
    outage = break_down(watch(cast.phone_system, state="down"), cause="No answer within 5 s")
    phone = build_device(cast.market_street, "Reception phone")
    child = watch(phone, state="unreachable")
    break_down(child, parent=outage)
    watch(build_device(cast.market_street, "Back office switch"), "Ping", "suspect")
    other = build_site(cast.sutter, "Dock")
    lost = watch(build_device(other, "Gate phone"), state="down")
    break_down(lost, is_covered=False)

    page = browser_of(cast.dana).get("/monitoring/").content.decode()

    assert "Main phone system" in page
    assert "and 1 more behind it" in page
    assert "No answer within 5 s" in page
    assert "Not covered" in page
    assert "Back office switch" in page
    assert "1 unreachable, 1 down" not in page
    assert "1 down, 1 unreachable, 1 suspect" in page
    trouble = browser_of(cast.dana).get("/monitoring/?show=trouble").content.decode()
    assert f"/monitoring/sites/{cast.market_street.pk}/" in trouble


def test_an_empty_board_says_what_to_do_next(cast: Cast) -> None:
    page = browser_of(cast.dana).get("/monitoring/").content.decode()
    assert "Nothing is watched yet" in page


def test_the_live_part_is_sent_again_only_when_it_would_look_otherwise(cast: Cast) -> None:
    check = watch(cast.phone_system)
    browser = browser_of(cast.dana)
    first = browser.get("/monitoring/live/")
    assert first.status_code == 200
    again = browser.get("/monitoring/live/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    with provider_scope(provider_id=cast.calcom.pk):
        Check.objects.filter(pk=check.pk).update(state="down")
    changed = browser.get("/monitoring/live/", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Down" in changed.content.decode()


@pytest.mark.parametrize("path", ["/monitoring/", "/monitoring/sites/{site}/", "/incidents/"])
def test_many_devices_cost_no_more_queries_than_one(cast: Cast, path: str) -> None:
    address = path.format(site=cast.market_street.pk)
    break_down(watch(cast.phone_system, state="down"))
    browser = browser_of(cast.dana)
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)

    for number in range(12):
        device = build_device(cast.market_street, f"Phone {number}")
        break_down(watch(device, state="down"))
        watch(device, "Ping", "suspect")
        watch(build_device(build_site(cast.bayview, f"Site {number}"), "Switch"))
    with CaptureQueriesContext(connection) as many:
        browser.get(address)

    assert len(many) == len(one) <= 20


def test_a_device_shows_thirty_and_ninety_days_of_itself_and_of_each_check(cast: Cast) -> None:
    for name in ("Calls work", "Page answers"):
        check = watch(cast.phone_system, name)
        with acting(cast.dana) as scope:
            today = scope.now.replace(hour=0, minute=0, second=0, microsecond=0)
        tell_day(check, today - 40 * DAY, up_seconds=82_800, down_seconds=3_600)
        tell_day(check, today - DAY, up_seconds=86_400)

    page = browser_of(cast.dana).get(f"/devices/{cast.phone_system.pk}/").content.decode()

    assert page.count('class="uptime"') == 2 + 2 * 2
    assert page.count("Last 30 days: 1 day without a gap, 29 days not watched; answered 100 %") == 3
    assert page.count("1 day with a long gap, 88 days not watched; answered 97.91 %") == 3
    assert page.count("Did not answer") == 1
    assert "97.91 % reachable" in page
    customers = browser_of(cast.elena).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert customers.count('class="uptime"') == 2
    assert "Calls work" not in customers


def test_many_checks_of_a_device_cost_no_more_queries_than_one(cast: Cast) -> None:
    break_down(watch(cast.phone_system, state="down"))
    address, browser = f"/devices/{cast.phone_system.pk}/", browser_of(cast.dana)
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for number in range(12):
        tell_day(watch(cast.phone_system, f"Check {number}"), NOON, up_seconds=86_400)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) == len(one)


def test_a_site_lists_its_devices_the_worst_first_and_what_nobody_watches(cast: Cast) -> None:
    watch(cast.phone_system)
    watch(build_device(cast.market_street, "Zone phone"), state="down")
    build_device(cast.market_street, "Old fax")

    page = browser_of(cast.dana).get(f"/monitoring/sites/{cast.market_street.pk}/")
    text = page.content.decode()

    assert text.index("Zone phone") < text.index("Main phone system") < text.index("Old fax")


def test_a_check_shows_its_days_its_changes_and_its_outages(cast: Cast) -> None:
    check = watch(cast.phone_system, state="down", last_facts={"sip.status": 503})
    with acting(cast.dana) as scope:
        yesterday = scope.now.replace(hour=0, minute=0, second=0, microsecond=0) - DAY
        now = scope.now
    tell_day(check, yesterday, up_seconds=86_000, down_seconds=400)
    tell_change(check, now - MINUTE, "up", "down")
    break_down(check)

    page = browser_of(cast.dana).get(f"/checks/{check.pk}/").content.decode()

    assert "99.53 % reachable" in page
    assert page.count('class="uptime"') == 2
    assert ">6 m<" in page
    assert "Answer to the SIP request" in page
    assert "It is down" in page
    assert "Does not answer: " in page


def test_an_outage_tells_what_happened_and_what_hangs_on_it(cast: Cast) -> None:
    check = watch(cast.phone_system, state="down")
    outage = break_down(check, is_covered=False)
    child = watch(build_device(cast.market_street, "Reception phone"), state="unreachable")
    break_down(child, parent=outage)
    tell_change(check, outage.opened_at + MINUTE, "suspect", "down")

    page = browser_of(cast.dana).get(f"/incidents/{outage.pk}/").content.decode()

    assert "Watched, but not covered" in page
    assert "Reception phone" in page
    assert "It is down" in page


def test_the_list_of_outages_keeps_open_ones_and_those_that_are_over_apart(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-06-15T12:00:00-07:00")
    check = watch(cast.phone_system)
    ends = {"recovered_at": now - 40 * MINUTE, "closed_at": now}
    break_down(check, ago=timedelta(hours=1), cause="Power was out", **ends)
    browser = browser_of(cast.dana)
    assert "No outage is open" in browser.get("/incidents/").content.decode()
    over = browser.get("/incidents/?over=1").content.decode()
    assert "Power was out" in over
    assert ">20 m<" in over
    assert "No outage found" in browser.get("/incidents/?over=1&q=nothing").content.decode()


def plan_work(cast: Cast, **fields: Any) -> Maintenance:
    """Have work go on at Bayview since ten minutes, for an hour."""
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        began = scope.now - 10 * MINUTE
        made: Maintenance = Maintenance.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            title="New rack",
            starts_on=began.date(),
            starts_at=began.time(),
            zone="UTC",
            minutes=60,
            made_at=began,
            **fields,
        )
        return made


def test_trouble_in_the_hours_of_planned_work_is_none(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    plan_work(cast, site=cast.market_street)
    with acting(cast.dana):
        shown = overview()
    assert [stand.shown for stand in shown.stands] == [Shown.PLANNED]
    assert shown.troubled_sites == []
    page = browser_of(cast.dana).get("/monitoring/").content.decode()
    assert "New rack" in page
    assert "Watch these" not in page
    own = browser_of(cast.elena).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert "Planned work until" in own
    assert (
        "Your system is being worked on, as planned"
        in browser_of(cast.elena).get("/").content.decode()
    )


def test_planned_work_elsewhere_hides_nothing(cast: Cast) -> None:
    watch(cast.phone_system, state="down")
    plan_work(cast, site=build_site(cast.bayview, "Harbor"))
    plan_work(cast, device=build_device(cast.market_street, "Old fax"))
    plan_work(cast, cancelled_at=datetime(2026, 1, 1, tzinfo=UTC))
    with acting(cast.dana):
        assert [stand.shown for stand in overview().stands] == [Shown.DOWN]


def test_a_board_that_nobody_feeds_says_so(cast: Cast) -> None:
    with acting(cast.dana) as scope:
        early = scope.now - timedelta(hours=1)
    watch(cast.phone_system, last_at=early)
    assert "Nothing is being asked" in browser_of(cast.dana).get("/monitoring/").content.decode()
    watch(cast.phone_system, "Ping")
    assert (
        "Nothing is being asked" not in browser_of(cast.dana).get("/monitoring/").content.decode()
    )


@pytest.mark.parametrize(
    ("name", "value", "row"),
    [
        ("disk.used_percent:/var", 71, ("Disk in use (/var)", "71 %")),
        ("ups.on_battery", 1, ("It runs on its battery", "Yes")),
        ("sip.server", "Panasonic", ("Software that SIP names", "Panasonic")),
        ("not.known", 3, ("not.known", "3")),
    ],
)
def test_facts_are_told_in_words(name: str, value: str | int, row: tuple[str, str]) -> None:
    assert fact_lines({name: value}) == [FactLine(*row)]
