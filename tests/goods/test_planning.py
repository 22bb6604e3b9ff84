"""What a row of a list would change: new, changed, unchanged, or refused with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.goods.cells import Value
from contracts.goods.changes import Change
from contracts.goods.columns import Column
from contracts.goods.known import KnownDevice, KnownDevices, KnownPlaces, KnownWarranty
from contracts.goods.planning import FACTS, Outcome, PlannedRow, Planner
from contracts.goods.reader import ListRow
from tests.goods.files import DESK_VALUES

PLACES = KnownPlaces({"market street": 1, "annex": 2}, {"CT-2001": 71, "CT-2002": 72})
LINE = KnownWarranty(5, "CT-2001", date(2026, 1, 1), date(2026, 12, 31), "")
DESK = KnownDevice(11, 1, {key: DESK_VALUES[key] for key in FACTS}, (LINE,))
BLANK: dict[Column, Value] = {
    **dict.fromkeys(FACTS, ""),
    Column.KIND: "other",
    Column.INSTALLED_ON: None,
    Column.INSTALLED_BY_US: True,
}


def known(*devices: KnownDevice, elsewhere: tuple[tuple[str, str], ...] = ()) -> KnownDevices:
    by_serial: dict[str, list[KnownDevice]] = {}
    by_name: dict[tuple[int, str], list[KnownDevice]] = {}
    for device in devices:
        by_serial.setdefault(device.text(Column.SERIAL), []).append(device)
        by_name.setdefault((device.site_id, device.text(Column.NAME).casefold()), []).append(device)
    return KnownDevices(by_serial, by_name, frozenset(elsewhere))


def row(number: int = 2, **values: Value) -> ListRow:
    return ListRow(number, {Column(name): value for name, value in values.items()})


def desk(**changes: Value) -> ListRow:
    return ListRow(2, DESK_VALUES | {Column(name): value for name, value in changes.items()})


def plan(*rows: ListRow, about: KnownDevices, places: KnownPlaces = PLACES) -> list[PlannedRow]:
    planner = Planner(places)
    return [planner.plan(it, about) for it in rows]


def phone(**facts: Value) -> KnownDevice:
    return replace(
        DESK,
        id=12,
        facts=BLANK | {Column(name): value for name, value in facts.items()},
        warranties=(),
    )


def test_a_device_that_nobody_knows_is_new_with_its_warranty() -> None:
    (planned,) = plan(desk(), about=known())
    assert (planned.outcome, planned.device_id, planned.site_id) == (Outcome.NEW, None, 1)
    assert planned.facts == {key: DESK_VALUES[key] for key in FACTS}
    assert planned.warranty is not None
    assert (planned.warranty.contract_id, planned.warranty.item_id) == (71, None)
    assert planned.changes == (Change("Warranty", "", "CT-2001: 1 Jan 2026 to 31 Dec 2026"),)


def test_the_same_list_again_changes_nothing() -> None:
    (planned,) = plan(desk(), about=known(DESK))
    assert (planned.outcome, planned.device_id) == (Outcome.UNCHANGED, 11)
    assert (planned.facts, planned.warranty, planned.changes) == ({}, None, ())


def test_a_change_names_the_columns_with_before_and_after() -> None:
    changed = desk(room="Back office", ends_on=date(2027, 12, 31), site="ANNEX")
    (planned,) = plan(changed, about=known(DESK))
    assert planned.outcome is Outcome.CHANGED
    assert planned.site_id == 2
    assert planned.changes == (
        Change("Site", "market street", "ANNEX"),
        Change("Room", "Lobby", "Back office"),
        Change("Warranty ends", "31 Dec 2026", "31 Dec 2027"),
    )
    assert planned.facts == {Column.ROOM: "Back office"}
    assert planned.warranty is not None
    assert planned.warranty.item_id == 5


def test_a_blank_cell_leaves_what_is_known() -> None:
    blank = desk(
        kind="", room="", serial="", installed_on=None, installed_by_us=None, contract="",
        starts_on=None, ends_on=None,
    )  # fmt: skip
    (planned,) = plan(blank, about=known(DESK))
    assert planned.outcome is Outcome.UNCHANGED


def test_a_device_is_found_by_serial_number_under_a_new_name() -> None:
    (planned,) = plan(desk(name="Reception"), about=known(DESK))
    assert planned.device_id == 11
    assert planned.changes == (Change("Device", "Front desk phone", "Reception"),)


def test_a_serial_number_is_filled_in_where_there_was_none() -> None:
    about = known(phone(name="Front desk phone"))
    (planned,) = plan(row(site="Market Street", name="Front Desk Phone", serial="9"), about=about)
    assert planned.device_id == 12
    assert planned.changes == (
        Change("Device", "Front desk phone", "Front Desk Phone"),
        Change("Serial number", "", "9"),
    )


def test_another_serial_number_under_the_same_name_is_another_device() -> None:
    (planned,) = plan(desk(serial="SN-2"), about=known(DESK))
    assert (planned.outcome, planned.device_id) == (Outcome.NEW, None)


def test_the_same_serial_number_of_another_maker_is_another_device() -> None:
    (planned,) = plan(desk(vendor="Poly"), about=known(DESK))
    assert planned.outcome is Outcome.NEW


def test_of_two_rows_with_new_serial_numbers_only_one_fills_the_blank() -> None:
    about = known(phone(name="Phone"))
    first, second = (
        row(number, site="Market Street", name="Phone", serial=serial)
        for number, serial in ((2, "A"), (3, "B"))
    )
    planned = plan(first, second, about=about)
    assert [it.device_id for it in planned] == [12, None]
    assert [it.outcome for it in planned] == [Outcome.CHANGED, Outcome.NEW]


def test_warranty_dates_without_a_contract_take_the_one_chosen_for_the_file() -> None:
    places = replace(PLACES, default_contract="CT-2002")
    (planned,) = plan(desk(contract=""), about=known(), places=places)
    assert planned.warranty is not None
    assert planned.warranty.contract_id == 72


def test_a_later_warranty_is_added_beside_the_one_that_is_there() -> None:
    later = desk(contract="CT-2002", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    (planned,) = plan(later, about=known(DESK))
    assert planned.warranty is not None
    assert (planned.warranty.contract_id, planned.warranty.item_id) == (72, None)


TWO = known(phone(name="Phone"), replace(phone(name="Phone"), id=13))


@pytest.mark.parametrize(
    ("rows", "about", "number", "column", "message"),
    [
        pytest.param(
            [desk(site="Nowhere")],
            known(),
            2,
            "Site",
            "The customer has no site “Nowhere”.",
            id="a site that is not there",
        ),
        pytest.param(
            [desk(), replace(desk(name="Other"), number=3)],
            known(),
            3,
            "Serial number",
            "Row 2 has the serial number SN-1 too.",
            id="a serial number twice in the file",
        ),
        pytest.param(
            [
                row(2, site="Annex", name="Phone"),
                row(3, site="Annex", name="phone", serial="1"),
            ],
            known(),
            3,
            "Device",
            "Row 2 is a device “phone” at this site too.",
            id="the same name twice, one without serial number",
        ),
        pytest.param(
            [desk(), row(3, site="Market Street", name="Front desk phone", serial="")],
            known(DESK),
            3,
            "Device",
            "Row 2 is a device “Front desk phone” at this site too.",
            id="the same device twice",
        ),
        pytest.param(
            [desk(name="Other"), row(3, site="Market Street", name="Front desk phone")],
            known(DESK),
            3,
            "Device",
            "Row 2 is the same device as this one.",
            id="the same device once by serial number, once by name",
        ),
        pytest.param(
            [row(site="Market Street", name="Phone")],
            TWO,
            2,
            "Device",
            "2 devices of the customer have this name at this site.",
            id="a name that two devices have",
        ),
        pytest.param(
            [desk()],
            known(elsewhere=(("SN-1", "yealink"),)),
            2,
            "Serial number",
            "The serial number SN-1 is in service elsewhere.",
            id="a serial number in service at another customer",
        ),
        pytest.param(
            [desk(starts_on=date(2027, 1, 1))],
            known(),
            2,
            "Warranty ends",
            "The warranty ends on 31 Dec 2026, before it starts on 1 Jan 2027.",
            id="an end before the start",
        ),
        pytest.param(
            [desk(ends_on=None)],
            known(),
            2,
            "Warranty ends",
            "Warranty ends is blank.",
            id="no end",
        ),
        pytest.param(
            [desk(starts_on=None)],
            known(),
            2,
            "Warranty starts",
            "Warranty starts is blank.",
            id="no start",
        ),
        pytest.param(
            [desk(contract="")],
            known(),
            2,
            "Warranty contract",
            "There is no contract for this warranty.",
            id="no contract",
        ),
        pytest.param(
            [desk(contract="CT-9999")],
            known(),
            2,
            "Warranty contract",
            "The customer has no contract CT-9999.",
            id="a contract of nobody, or of somebody else",
        ),
        pytest.param(
            [desk(contract="CT-2002", starts_on=date(2026, 12, 31), ends_on=date(2027, 6, 30))],
            known(DESK),
            2,
            "Warranty starts",
            "The device is under warranty of contract CT-2001 from 1 Jan 2026 to 31 Dec 2026"
            " already.",
            id="a warranty that overlaps another",
        ),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_column_and_remedy(
    rows: list[ListRow], about: KnownDevices, number: int, column: str, message: str
) -> None:
    planned = plan(*rows, about=about)
    assert [it.outcome is Outcome.REFUSED for it in planned] == [*[False] * (len(rows) - 1), True]
    (problem,) = planned[-1].problems
    assert (problem.row, problem.column, problem.message) == (number, column, message)
    assert problem.remedy.endswith(".")
