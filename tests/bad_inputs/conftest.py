"""The world of the hostile visits: built once for all tests of this folder."""

from __future__ import annotations

import pytest

from tests.bad_inputs.world import World, build_world
from tests.cast import Cast


@pytest.fixture
def world(cast: Cast) -> World:
    """Give the world, inside a transaction that is rolled back."""
    return build_world(cast)
