"""Pages of installed products ask the database the same few things, however much there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import build_device, build_warranty
from tests.cast import Cast
from tests.stage import browser_of

PAGES = ("/devices/{device}/", "/devices/{device}/history/", "/warranties/?show=all", "/gaps/")


def queries_of(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_the_same_queries_for_many_devices(cast: Cast, path: str) -> None:
    path = path.format(device=cast.phone_system.pk)
    browser = browser_of(cast.ruth)
    build_warranty(cast.contract, cast.phone_system)
    browser.get(path)
    few = queries_of(browser, path)
    for number in range(6):
        device = build_device(cast.market_street, f"Phone {number}")
        build_warranty(cast.contract, device)
    assert queries_of(browser, path) == few


def test_the_page_of_a_device_tells_its_gaps_in_words(cast: Cast) -> None:
    page = browser_of(cast.elena).get(f"/devices/{cast.phone_system.pk}/").content.decode()
    assert "Not monitored yet" in page
    assert "This device is not on a warranty list." in page


def test_a_history_place_that_no_page_gave_is_not_found(cast: Cast) -> None:
    browser = browser_of(cast.elena)
    for older in ("x", "2026-06-15~event-1", "2026-06-15T00:00:00+00:00~é", "~" * 300):
        path = f"/devices/{cast.phone_system.pk}/history/"
        assert browser.get(path, {"older": older}).status_code == 404
