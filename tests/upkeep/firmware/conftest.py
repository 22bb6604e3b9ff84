"""What tests of firmware share."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.firmware.night import Night, fall_of_night


@pytest.fixture
def night(cast: Cast, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Give a night in which a campaign may run."""
    return fall_of_night(cast, database_time, monkeypatch)
