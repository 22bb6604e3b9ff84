"""Closing an outage by hand, and the rules for outages, in the browser."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Closing, Incident
from monitoring.rules import Rules, rules_of
from tests.builders import build_contract
from tests.cast import Cast
from tests.monitoring.outages import build_check, follow, incidents, minute, seen
from tests.stage import DatabaseTime, acting, browser_of

pytestmark = pytest.mark.django_db
RULES = {"closing": "hand", "calm_minutes": "25", "emergencies": ["pbx", "gateway"]}


@pytest.fixture
def incident(cast: Cast, database_time: DatabaseTime) -> Incident:
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    seen(build_check(cast.phone_system), "sd", 1)
    follow(database_time, 3)
    return incidents(cast)[0]


def test_a_technician_closes_an_outage_with_a_word(cast: Cast, incident: Incident) -> None:
    url, browser = f"/incidents/{incident.pk}/", browser_of(cast.dana)
    assert f"{url}close/" in browser.get(url).content.decode()
    assert "Monitoring follows it no more." in browser.get(f"{url}close/").content.decode()
    assert browser.post(f"{url}close/", {"note": "Unplugged"}).status_code == 303
    page = browser.get(url).content.decode()
    assert "Unplugged" in page
    assert f"{url}close/" not in page
    assert browser.post(f"{url}close/", {"note": "Again"}).status_code == 409


@pytest.mark.parametrize("note", ["", "   ", "x" * 241, "two\nlines"])
def test_without_a_word_nothing_is_closed(cast: Cast, incident: Incident, note: str) -> None:
    answer = browser_of(cast.dana).post(f"/incidents/{incident.pk}/close/", {"note": note})
    assert answer.status_code == 422
    assert incidents(cast)[0].closed_at is None


def test_the_rules_are_shown_and_changed(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    page = browser.get("/monitoring/rules/").content.decode()
    assert "It never counts as a response" in page
    sent = RULES | {"submission": str(uuid.uuid4())}
    assert browser.post("/monitoring/rules/", sent).status_code == 303
    with acting(cast.priya):
        assert rules_of(cast.calcom.pk) == Rules(
            Closing.HAND, timedelta(minutes=25), frozenset({"pbx", "gateway"})
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"closing": "never"},
        {"calm_minutes": "0"},
        {"calm_minutes": "1441"},
        {"calm_minutes": "ten"},
        {"emergencies": ["toaster"]},
    ],
)
def test_rules_that_are_none_change_nothing(cast: Cast, changes: dict[str, object]) -> None:
    sent = RULES | {"submission": str(uuid.uuid4())} | changes
    answer = browser_of(cast.priya).post("/monitoring/rules/", sent)
    assert answer.status_code == 422
    assert next(iter(changes)) in answer.content.decode()
    with provider_scope(provider_id=cast.calcom.pk):
        assert rules_of(cast.calcom.pk) == Rules()
