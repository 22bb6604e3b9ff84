"""Axe finds nothing where monitoring is set up, ended and signed (WCAG 2.2 AA)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Stage, user_of
from tests.browser.monitoring_pages import furnish_monitoring
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.cast import Cast
from tests.stage import browser_of_operator

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_where_monitoring_is_set_up(stage: Stage, committed_cast: Cast) -> None:
    stops = furnish_monitoring(committed_cast)
    # Secrets are shown to those alone who have just given their second step.
    page = stage.entered(browser_of_operator(user_of(committed_cast.ruth)))
    found = [line for stop in stops for line in violations(page, stop, TWO_LOOKS)]
    assert found == []
