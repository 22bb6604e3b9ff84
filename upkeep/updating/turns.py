"""From the rows of a campaign to the pure rules of its waves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from upkeep.firmware.waves import Course, Run, Turn, turn
from upkeep.models import Campaign, FirmwareUpdate, UpdateState

BADLY = (UpdateState.FAILED, UpdateState.ROLLED_BACK, UpdateState.STUCK)
# A customer who has not answered keeps nobody else waiting.
COURSES = {
    UpdateState.PLANNED: Course.OPEN,
    UpdateState.BY_HAND: Course.OPEN,
    UpdateState.RUNNING: Course.OPEN,
    UpdateState.UPDATED: Course.WELL,
    UpdateState.DECLINED: Course.LEFT_OUT,
    UpdateState.LEFT_OUT: Course.LEFT_OUT,
    **dict.fromkeys(BADLY, Course.BADLY),
}


def turn_of(campaign: Campaign, updates: Iterable[FirmwareUpdate], now: datetime) -> Turn:
    """Say which wave of a campaign may run now."""
    runs = [
        Run(one.wave, COURSES[UpdateState(one.state)], one.ended_at)
        for one in updates
        if one.state in COURSES
    ]
    rest = timedelta(hours=campaign.rest_hours)
    return turn(runs, rest=rest, most_failures=campaign.most_failures, now=now)
