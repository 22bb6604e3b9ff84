"""What each row of a list would change, compared with what is known. Pure.

A row finds its device by serial number, else by site and name. A blank cell leaves what is known
as it is; an import takes nothing off a list and retires nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.day_words import spell_day
from contracts.goods.cells import Value
from contracts.goods.changes import Change
from contracts.goods.columns import Column
from contracts.goods.known import KnownDevice, KnownDevices, KnownPlaces
from contracts.goods.problems import ListProblem
from contracts.goods.reader import ListRow
from contracts.goods.warranty_lines import PlannedWarranty, RefusedCell, plan_warranty

FACTS = (
    *(Column.NAME, Column.KIND, Column.VENDOR, Column.MODEL, Column.SERIAL, Column.ASSET_TAG),
    *(Column.ROOM, Column.EXTENSION, Column.INSTALLED_ON, Column.INSTALLED_BY_US),
)

WORDS = {Column.SERIAL: "serial number", Column.NAME: "name at this site"}


class Outcome(StrEnum):
    """What an import would do with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What an import would do with a row, and with which device (None: a new one)."""

    number: int
    name: str
    outcome: Outcome
    site_id: int = 0
    device_id: int | None = None
    facts: Mapping[Column, Value] = field(default_factory=dict)
    warranty: PlannedWarranty | None = None
    changes: tuple[Change, ...] = ()
    problems: tuple[ListProblem, ...] = ()


@dataclass(slots=True)
class Planner:
    """Plans the rows of one file, in order. It remembers which devices the rows before named."""

    places: KnownPlaces
    _devices: dict[int, int] = field(default_factory=dict)
    _serials: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    _names: dict[tuple[int, str], tuple[int, bool]] = field(default_factory=dict)

    def plan(self, row: ListRow, known: KnownDevices) -> PlannedRow:
        """Say what a row would do. Every refusal names the column and what to do."""
        if row.problems:
            return _refused(row, *row.problems)
        try:
            return self._plan(row, known)
        except RefusedCell as bad:
            problem = ListProblem(row.number, bad.column.heading, bad.message, bad.remedy)
            return _refused(row, problem)

    def _plan(self, row: ListRow, known: KnownDevices) -> PlannedRow:
        site_id = self._site(row)
        self._refuse_doubled(row, site_id)
        device = self._device(row, site_id, known)
        if device is None or device.text(Column.SERIAL) != row.text(Column.SERIAL):
            _refuse_elsewhere(row, known)
        items = device.warranties if device else ()
        warranty = plan_warranty(row.values, items, self.places)
        self._remember(row, site_id, device)
        if device is None:
            return _new(row, site_id, warranty)
        return _changed(row, site_id, device, warranty, self.places)

    def _site(self, row: ListRow) -> int:
        name = row.text(Column.SITE)
        site_id = self.places.sites.get(name.casefold())
        if site_id is None:
            raise RefusedCell(
                Column.SITE,
                f"The customer has no site “{name}”.",
                "Add the site first, or write its name as the portal does.",
            )
        return site_id

    def _refuse_doubled(self, row: ListRow, site_id: int) -> None:
        serial, name = row.text(Column.SERIAL), row.text(Column.NAME)
        if serial and (earlier := self._earlier(row)):
            raise RefusedCell(
                Column.SERIAL,
                f"Row {earlier} has the serial number {serial} too.",
                "Keep one of the two, or correct the number.",
            )
        earlier, had_serial = self._names.get((site_id, name.casefold()), (0, True))
        if earlier and not (serial and had_serial):
            raise RefusedCell(
                Column.NAME,
                f"Row {earlier} is a device “{name}” at this site too.",
                "Give both their serial numbers, so that they can be told apart.",
            )

    def _earlier(self, row: ListRow) -> int:
        """Return the row that has this serial number already, of the same maker or of none."""
        vendor = row.text(Column.VENDOR).lower()
        for known, number in self._serials.get(row.text(Column.SERIAL), ()):
            if not known or not vendor or known == vendor:
                return number
        return 0

    def _device(self, row: ListRow, site_id: int, known: KnownDevices) -> KnownDevice | None:
        serial = row.text(Column.SERIAL)
        if serial:
            found = [it for it in known.by_serial.get(serial, ()) if _may_be(it, row)]
            if found:
                return self._only(found, row, Column.SERIAL)
        named = known.by_name.get((site_id, row.text(Column.NAME).casefold()), ())
        if serial:
            named = [
                it for it in named if not it.text(Column.SERIAL) and it.id not in self._devices
            ]
        return self._only(named, row, Column.NAME) if named else None

    def _only(
        self, found: Sequence[KnownDevice], row: ListRow, column: Column
    ) -> KnownDevice | None:
        if len(found) > 1:
            raise RefusedCell(
                column,
                f"{len(found)} devices of the customer have this {WORDS[column]}.",
                "Give serial number and manufacturer, so that they can be told apart.",
            )
        if earlier := self._devices.get(found[0].id):
            raise RefusedCell(
                column,
                f"Row {earlier} is the same device as this one.",
                "Keep one of the two rows.",
            )
        return found[0]

    def _remember(self, row: ListRow, site_id: int, device: KnownDevice | None) -> None:
        serial = row.text(Column.SERIAL)
        if device is not None:
            self._devices[device.id] = row.number
        if serial:
            _, vendor = _serial_key(row)
            self._serials[serial] = (*self._serials.get(serial, ()), (vendor, row.number))
        key = (site_id, row.text(Column.NAME).casefold())
        self._names[key] = (row.number, bool(serial))


def _serial_key(row: ListRow) -> tuple[str, str]:
    return row.text(Column.SERIAL), row.text(Column.VENDOR).lower()


def _may_be(device: KnownDevice, row: ListRow) -> bool:
    known, given = device.text(Column.VENDOR).lower(), row.text(Column.VENDOR).lower()
    return not known or not given or known == given


def _refuse_elsewhere(row: ListRow, known: KnownDevices) -> None:
    if row.text(Column.SERIAL) and _serial_key(row) in known.elsewhere:
        raise RefusedCell(
            Column.SERIAL,
            f"The serial number {row.text(Column.SERIAL)} is in service elsewhere.",
            "Check it on the product. If the device has moved here, retire it there first.",
        )


def _refused(row: ListRow, *problems: ListProblem) -> PlannedRow:
    return PlannedRow(row.number, row.text(Column.NAME), Outcome.REFUSED, problems=problems)


def _new(row: ListRow, site_id: int, warranty: PlannedWarranty | None) -> PlannedRow:
    given = _given(row)
    return PlannedRow(
        row.number,
        row.text(Column.NAME),
        Outcome.NEW,
        site_id=site_id,
        facts=given,
        warranty=warranty,
        changes=warranty.changes if warranty else (),
    )


def _changed(
    row: ListRow,
    site_id: int,
    device: KnownDevice,
    warranty: PlannedWarranty | None,
    places: KnownPlaces,
) -> PlannedRow:
    differing = {key: it for key, it in _given(row).items() if it != device.facts[key]}
    changes = [
        Change(key.heading, shown(device.facts[key]), shown(it)) for key, it in differing.items()
    ]
    if site_id != device.site_id:
        before = next((n for n, it in places.sites.items() if it == device.site_id), "")
        changes.insert(0, Change(Column.SITE.heading, before, row.text(Column.SITE)))
    changes += warranty.changes if warranty else ()
    return PlannedRow(
        row.number,
        row.text(Column.NAME),
        Outcome.CHANGED if changes else Outcome.UNCHANGED,
        site_id=site_id,
        device_id=device.id,
        facts=differing,
        warranty=warranty,
        changes=tuple(changes),
    )


def _given(row: ListRow) -> dict[Column, Value]:
    return {key: row.values[key] for key in FACTS if row.values.get(key) not in ("", None)}


def shown(value: Value) -> str:
    """Return a value as a report shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return spell_day(value) if isinstance(value, date) else value or ""
