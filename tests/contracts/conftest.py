"""Fixtures of the tests of contracts."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.capabilities import Role
from accounts.viewer import Viewer
from contracts.actions import seed_catalogue
from contracts.models import Calendar
from tests.builders import build_person
from tests.cast import Cast
from tests.stage import acting


@pytest.fixture
def with_catalogue(cast: Cast) -> Cast:
    """Give a cast with a catalogue."""
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return cast


@pytest.fixture
def olga(with_catalogue: Cast) -> Viewer:
    """Bring the administrator of Sutter on stage."""
    cast: Any = with_catalogue
    return build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.sutter, name="Olga Sutter")
