"""A night in which a campaign over apt runs: the device, its driver, the clock, the workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.builders import build_contract, build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.changes.world import build_changeable
from tests.upkeep.firmware.updater import FakeSystem, FakeUpdater
from tests.upkeep.firmware.world import build_product, build_release, runs, started, update_of
from tickets.models import Message
from upkeep.models import (
    Backup,
    Campaign,
    FirmwareRelease,
    FirmwareSeen,
    FirmwareStep,
    FirmwareUpdate,
    Level,
    Method,
)
from upkeep.sweeps import run_firmware as sweep
from upkeep.sweeps.run_firmware import run_firmware
from upkeep.updating import carrying_out

NOON = datetime.fromisoformat("2026-11-23T12:00-08:00")
NIGHT = datetime.fromisoformat("2026-11-23T22:00-08:00")


@dataclass
class Night:
    """A campaign over apt, the device that it is for, and the clock."""

    cast: Cast
    time: DatabaseTime
    driver: FakeUpdater
    release: FirmwareRelease
    now: datetime = field(default=NOON)

    def start(self, **others: Any) -> Campaign:
        usual = {"method": Method.APT, "package": "asterisk", "asks_consent": False}
        return started(self.cast, self.release, **usual | others)

    def at(self, now: datetime) -> None:
        self.now = now
        self.time.set(now)

    def later(self, by: timedelta) -> None:
        self.at(self.now + by)

    def keep(self, **fields: Any) -> None:
        """Have the keeper take the backups that wait."""
        with system_scope("a test takes backups") as scope:
            usual = {"state": "stored", "level": Level.OPENED, "begun_at": scope.now}
            Backup.objects.filter(state="waiting").update(look_at=None, **usual | fields)

    def run(self) -> FirmwareUpdate:
        """Let the worker and the keeper do all they can."""
        for _ in range(14):
            run_firmware()
            self.keep()
            self.later(timedelta(seconds=30))
        return self.update

    @property
    def update(self) -> FirmwareUpdate:
        return update_of(self.cast, self.cast.phone_system)

    @property
    def campaign(self) -> Campaign:
        with acting(self.cast.dana):
            return Campaign.objects.get()

    def steps(self) -> list[str]:
        with acting(self.cast.dana):
            rows = FirmwareStep.objects.filter(update=self.update).order_by("number")
            return [f"{row.code} {row.outcome}" for row in rows]

    def seen(self) -> str:
        with acting(self.cast.dana):
            row = FirmwareSeen.objects.get(device=self.cast.phone_system, until=None)
            return f"{row.version}, {row.source}"

    def told(self) -> str:
        """Return the newest words on the ticket that the customer reads."""
        with acting(self.cast.elena):
            return str(Message.objects.latest("pk").text)


def fall_of_night(
    cast: Cast,
    database_time: DatabaseTime,
    monkeypatch: pytest.MonkeyPatch,
    clauses: Sequence[str] = ("FIRMWARE",),
    *,
    has_prices: bool = True,
) -> Night:
    """Give Bayview a phone system that a campaign can update, under a contract of `clauses`."""
    database_time.set(NOON)
    driver = FakeUpdater()
    monkeypatch.setattr(sweep, "UPDATERS", {"apt": driver})
    monkeypatch.setattr(carrying_out, "DRIVERS", {"asterisk": FakeSystem()})
    build_contract(cast.bayview, device=cast.phone_system, clauses=clauses)
    if has_prices:
        build_price_list(cast.calcom)
    build_changeable(cast.phone_system)
    release = build_release(cast, build_product(cast, cast.phone_system))
    runs(cast, cast.phone_system, "22.10.1")
    return Night(cast, database_time, driver, release)
