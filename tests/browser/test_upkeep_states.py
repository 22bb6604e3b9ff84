"""Axe finds nothing on restores, changes and updates, whatever state they are in (WCAG 2.2 AA)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.browser.upkeep_states import furnish_states
from tests.cast import Cast
from tests.stage import browser_of

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_in_any_state_of_upkeep(stage: Stage, committed_cast: Cast) -> None:
    stops = furnish_states(committed_cast)
    found: list[str] = []
    for who, person in (("staff", committed_cast.ruth), ("customer", committed_cast.amit)):
        page = stage.entered(browser_of(person))
        found += [line for stop in stops[who] for line in violations(page, stop, TWO_LOOKS)]
        page.context.close()
    assert found == []
