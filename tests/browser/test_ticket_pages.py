"""Axe finds nothing on a ticket in any of its states, nor on what can be done to it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.browser.ticket_pages import furnish_tickets
from tests.cast import Cast
from tests.stage import browser_of

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_a_ticket_in_any_state(stage: Stage, committed_cast: Cast) -> None:
    cast = committed_cast
    people = {"staff": cast.priya, "customer": cast.amit, "asker": cast.elena}
    found: list[str] = []
    for who, stops in furnish_tickets(stage, cast).items():
        page = stage.entered(browser_of(people[who]))
        found += [line for stop in stops for line in violations(page, stop, TWO_LOOKS)]
    assert found == []
