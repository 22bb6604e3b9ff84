"""The pages of agents at sites."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from monitoring.agent_page import agent_line
from monitoring.models import SiteAgent
from tests.cast import Cast
from tests.monitoring.test_connections import agent_of
from tests.stage import acting, browser_of

CODE = re.compile(r'id="code" value="([^"]+)"')


def test_an_agent_is_prepared_once_and_its_code_is_shown_once(cast: Cast) -> None:
    browser = browser_of(cast.priya)
    form = {
        "site": cast.market_street.pk,
        "name": "Box in the cellar",
        "submission": str(uuid.uuid4()),
    }
    first = browser.post("/agents/new/", form)
    found = CODE.search(first.content.decode())
    assert found
    assert browser.post("/agents/new/", form).status_code == 303
    listed = browser.get("/agents/").content.decode()
    assert "Waits for its code" in listed
    assert found.group(1) not in listed
    with acting(cast.priya):
        made = SiteAgent.objects.get()
    again = CODE.search(browser.post(f"/agents/{made.pk}/code/").content.decode())
    assert again
    assert again.group(1) != found.group(1)
    twin = browser.post("/agents/new/", {**form, "submission": str(uuid.uuid4())})
    assert twin.status_code == 422
    assert "a name that no other one" in twin.content.decode()


def test_revoking_says_what_follows_and_shuts_it_out(cast: Cast) -> None:
    agent, browser = agent_of(cast), browser_of(cast.priya)
    assert "not as down" in browser.get(f"/agents/{agent.pk}/revoke/").content.decode()
    assert browser.post(f"/agents/{agent.pk}/revoke/").status_code == 303
    assert "Revoked" in browser.get("/agents/").content.decode()
    assert browser.post(f"/agents/{agent.pk}/code/").status_code == 409


@pytest.mark.parametrize(("minutes_ago", "word"), [(None, "Away"), (1, "Here"), (10, "Away")])
def test_an_agent_that_was_not_seen_for_minutes_is_away(
    cast: Cast, minutes_ago: int | None, word: str
) -> None:
    with acting(cast.priya) as scope:
        now = scope.now
    seen = None if minutes_ago is None else now - timedelta(minutes=minutes_ago)
    agent = SiteAgent(enrolled_at=now, seen_at=seen)
    assert agent_line(agent, now).word == word
