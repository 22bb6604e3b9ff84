"""What a row says about warranty, against the lines that the device has already. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.day_words import spell_day
from contracts.goods.cells import Value
from contracts.goods.changes import Change
from contracts.goods.columns import Column
from contracts.goods.known import KnownPlaces, KnownWarranty
from contracts.goods.problems import BadCell


class RefusedCell(BadCell):
    """A value that is well formed and cannot be accepted, with its column."""

    def __init__(self, column: Column, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.column = column


@dataclass(frozen=True, slots=True)
class PlannedWarranty:
    """A line to add (no `item_id`) or to change."""

    contract_id: int
    contract_number: str
    starts_on: date
    ends_on: date
    note: str
    item_id: int | None
    changes: tuple[Change, ...]


def plan_warranty(
    values: Mapping[Column, Value], lines: Sequence[KnownWarranty], places: KnownPlaces
) -> PlannedWarranty | None:
    """Return what a row adds to a warranty list or changes there; None: nothing.

    Raises RefusedCell.
    """
    starts_on, ends_on = values.get(Column.STARTS_ON), values.get(Column.ENDS_ON)
    contract, note = str(values.get(Column.CONTRACT) or ""), str(values.get(Column.NOTE) or "")
    if not isinstance(starts_on, date) or not isinstance(ends_on, date):
        _refuse_half(starts_on, ends_on, contract)
        return None
    if ends_on < starts_on:
        raise RefusedCell(
            Column.ENDS_ON,
            f"The warranty ends on {spell_day(ends_on)},"
            f" before it starts on {spell_day(starts_on)}.",
            "Correct one of the two days.",
        )
    number = contract or places.default_contract
    contract_id = _contract(number, places)
    overlapping = [it for it in lines if it.starts_on <= ends_on and starts_on <= it.ends_on]
    if not overlapping:
        added = Change("Warranty", "", f"{number}: {spell_day(starts_on)} to {spell_day(ends_on)}")
        return PlannedWarranty(contract_id, number, starts_on, ends_on, note, None, (added,))
    line = overlapping[0]
    if len(overlapping) > 1 or line.contract != number:
        raise RefusedCell(
            Column.STARTS_ON,
            f"The device is under warranty of contract {line.contract}"
            f" from {spell_day(line.starts_on)} to {spell_day(line.ends_on)} already.",
            "Choose days outside that, or change that warranty on the device's page.",
        )
    changes = _changes(line, starts_on, ends_on, note)
    if not changes:
        return None
    return PlannedWarranty(
        contract_id, number, starts_on, ends_on, note or line.note, line.id, changes
    )


def _refuse_half(starts_on: Value, ends_on: Value, contract: str) -> None:
    if not starts_on and not ends_on and not contract:
        return
    column = Column.ENDS_ON if starts_on else Column.STARTS_ON
    raise RefusedCell(
        column,
        f"{column.heading} is blank.",
        "Fill in both days, or leave out the contract as well.",
    )


def _contract(number: str, places: KnownPlaces) -> int:
    if not number:
        raise RefusedCell(
            Column.CONTRACT,
            "There is no contract for this warranty.",
            "Write the contract's number, or choose one for the whole file above.",
        )
    contract_id = places.contracts.get(number)
    if contract_id is None:
        raise RefusedCell(
            Column.CONTRACT,
            f"The customer has no contract {number}.",
            "Write the number as the portal does, such as CT-2001.",
        )
    return contract_id


def _changes(line: KnownWarranty, starts_on: date, ends_on: date, note: str) -> tuple[Change, ...]:
    pairs = (
        (Column.STARTS_ON, spell_day(line.starts_on), spell_day(starts_on)),
        (Column.ENDS_ON, spell_day(line.ends_on), spell_day(ends_on)),
        (Column.NOTE, line.note, note or line.note),
    )
    return tuple(
        Change(column.heading, before, after) for column, before, after in pairs if before != after
    )
