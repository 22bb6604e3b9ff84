"""A check is removed with its history, after a page has said what goes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from monitoring.actions.remove_check import History, remove_check
from monitoring.models import Check, Incident, Result, Rollup, StateChange
from tests.builders import build_device
from tests.cast import Cast
from tests.monitoring.test_credentials import trail
from tests.monitoring.watched import break_down, tell_change, tell_day, watch
from tests.stage import acting, browser_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def check(cast: Cast) -> Check:
    """Give a check with an answer, a day, a change, an outage that is over, and one behind it."""
    made = watch(cast.phone_system)
    with system_scope("a test writes what the runner saw") as scope:
        now = scope.now
        Result.objects.create(
            provider_id=made.provider_id,
            customer_id=made.customer_id,
            of_check=made,
            at=now,
            outcome=0,
        )
    tell_day(made, now.replace(hour=0, minute=0, second=0, microsecond=0), up_seconds=60)
    tell_change(made, now - HOUR, "up", "down")
    root = break_down(made, recovered_at=now, closed_at=now)
    phone = watch(build_device(cast.market_street, "Phone"), "Ping", parent=made)
    break_down(phone, parent=root, recovered_at=now, closed_at=now)
    return made


def left(cast: Cast) -> list[int]:
    with acting(cast.priya):
        tables = (Check, Incident, Result, Rollup, StateChange)
        return [model.objects.count() for model in tables]


def test_the_page_says_what_goes_and_removes_it(cast: Cast, check: Check) -> None:
    priya, url = browser_of(cast.priya), f"/checks/{check.pk}/remove/"
    assert url in priya.get(f"/checks/{check.pk}/").content.decode()
    page = priya.get(url).content.decode()
    assert "1 answer, 1 sum of answers, 1 change of state, 1 outage." in page
    assert "Nothing stands before 1 check any more." in page
    assert left(cast) == [2, 2, 1, 1, 1]
    answer = priya.post(url)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/devices/{cast.phone_system.pk}/watch/"
    assert left(cast) == [1, 1, 0, 0, 0]
    assert priya.get(f"/checks/{check.pk}/").status_code == 404
    assert priya.post(url).status_code == 404


def test_what_stood_behind_it_stands_alone_and_the_trail_tells(cast: Cast, check: Check) -> None:
    with acting(cast.priya):
        assert remove_check(check=check, actor=cast.priya) == History(1, 1, 1, 1, 1)
        assert Check.objects.get().parent_id is None
        assert Incident.objects.get().parent_id is None
    (entry,) = trail(cast.ruth, "check.removed")
    assert (entry["id"], entry["outages"]) == (check.pk, 1)


def test_a_check_whose_outage_goes_on_stays(cast: Cast, check: Check) -> None:
    break_down(check)
    assert browser_of(cast.priya).post(f"/checks/{check.pk}/remove/").status_code == 409
    with acting(cast.priya), pytest.raises(RuleBroken, match="goes on"):
        remove_check(check=check, actor=cast.priya)
    assert left(cast) == [2, 3, 1, 1, 1]


def test_technicians_remove_no_checks(cast: Cast, check: Check) -> None:
    with acting(cast.dana), pytest.raises(NotAllowed):
        remove_check(check=check, actor=cast.dana)
    assert left(cast) == [2, 2, 1, 1, 1]
