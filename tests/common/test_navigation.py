"""Under which place of the menu a page stands."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.stage import browser_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/devices/{device}/", "Devices"),
        ("/devices/{device}/backups/", "Backups"),
        ("/gaps/", "Devices"),
        ("/credentials/", "Monitoring"),
        ("/restores/", "Backups"),
        ("/health-checks/", "Health checks"),
        ("/profile/", None),
    ],
)
def test_a_page_stands_under_its_place(cast: Cast, address: str, place: str | None) -> None:
    answer = browser_of(cast.ruth).get(address.format(device=cast.phone_system.pk))
    assert answer.status_code == 200
    current = [item.name for item in answer.context["nav"] if item.current]
    assert current == ([place] if place else [])
