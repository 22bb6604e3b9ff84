"""Axe finds nothing on any page of contracts, goods and labour (WCAG 2.2 AA)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Stage
from tests.browser.contract_pages import furnish_contracts
from tests.browser.test_accessibility import TWO_LOOKS, violations
from tests.cast import Cast
from tests.stage import browser_of

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_in_contracts_goods_and_labour(
    stage: Stage, committed_cast: Cast
) -> None:
    stops = furnish_contracts(stage, committed_cast)
    found: list[str] = []
    for who, person in (("staff", committed_cast.ruth), ("customer", committed_cast.amit)):
        page = stage.entered(browser_of(person))
        found += [line for stop in stops[who] for line in violations(page, stop, TWO_LOOKS)]
    assert found == []
