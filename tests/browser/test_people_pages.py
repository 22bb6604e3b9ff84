"""Axe finds nothing on any page of people, providers and sign-up (WCAG 2.2 AA)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.who import seat_id
from tests.browser.conftest import Stage, user_of
from tests.browser.people_pages import furnish_people
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.builders import build_operator
from tests.cast import Cast
from tests.stage import browser_of, browser_of_operator

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_the_pages_of_people_and_providers(
    stage: Stage, committed_cast: Cast, settings: Any
) -> None:
    cast, settings.SIGN_UP_OPEN = committed_cast, True
    stops = furnish_people(cast)
    looking = browser_of(cast.priya)
    looking.post(f"/people/{seat_id(cast.elena)}/look/")
    browsers = {
        "admin": browser_of_operator(user_of(cast.ruth)),
        "closing": browser_of_operator(user_of(cast.nils)),
        "unproved": browser_of(cast.ruth),
        "looking": looking,
        "customer": browser_of(cast.amit),
        "operator": browser_of_operator(build_operator()),
    }
    found: list[str] = []
    for who, its_stops in stops.items():
        # The page that asks for a second step answers 403.
        stage.watch.allowed = ["403"] if who == "unproved" else []
        page = stage.entered(browsers[who]) if who in browsers else stage.window()
        found += [line for stop in its_stops for line in violations(page, stop, TWO_LOOKS)]
        page.context.close()
    assert found == []
