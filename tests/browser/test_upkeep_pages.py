"""Axe finds nothing on any page of upkeep, wide and narrow, light and dark (WCAG 2.2 AA)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Stage
from tests.browser.test_accessibility import violations
from tests.browser.upkeep_pages import furnish_upkeep
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("who", "name"), [("staff", "ruth"), ("customer", "amit")])
def test_axe_finds_nothing_in_upkeep(
    stage: Stage, committed_cast: Cast, who: str, name: str
) -> None:
    stops = furnish_upkeep(committed_cast)[who]
    page = stage.signed_in(getattr(committed_cast, name))
    assert [found for stop in stops for found in violations(page, stop)] == []
