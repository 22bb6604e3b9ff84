"""How a product stands on a warranty list, on which day, and who may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.viewer import Viewer
from contracts.models import Contract, ContractState, ProductModel, WarrantyItem
from contracts.warranties import Warranty, WarrantyState, warranties_on, warranty_on
from contracts.warranty import WarrantySpan, warranty_among
from tests.builders import build_contract, build_device, build_warranty
from tests.cast import Cast
from tests.stage import acting

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def ask(cast: Cast, day: date, who: Viewer | None = None) -> Warranty:
    with acting(who or cast.dana):
        return warranty_on(cast.phone_system.pk, day)


def test_a_device_on_no_list_has_no_warranty(cast: Cast) -> None:
    assert ask(cast, FIRST) == Warranty(WarrantyState.NONE)
    assert ask(cast, FIRST).words == "Not on a warranty list"
    with acting(cast.dana):
        assert warranty_on(None, FIRST) == Warranty(WarrantyState.NONE)
        assert warranty_on(999_999, FIRST) == Warranty(WarrantyState.NONE)


@pytest.mark.parametrize(
    ("day", "state", "words"),
    [
        (date(2025, 12, 31), WarrantyState.NOT_YET, "Under warranty from 1 Jan 2026"),
        (FIRST, WarrantyState.ACTIVE, "Under warranty until 31 Dec 2026"),
        (LAST, WarrantyState.ACTIVE, "Under warranty until 31 Dec 2026"),
        (date(2027, 1, 1), WarrantyState.EXPIRED, "Warranty ended on 31 Dec 2026"),
    ],
)
def test_a_line_of_the_list_counts_from_its_first_day_to_its_last(
    cast: Cast, day: date, state: WarrantyState, words: str
) -> None:
    build_warranty(cast.contract, cast.phone_system)
    found = ask(cast, day)
    assert found == Warranty(state, FIRST, LAST, cast.contract.pk, cast.contract.number)
    assert (found.words, found.is_active) == (words, state is WarrantyState.ACTIVE)


@pytest.mark.parametrize("state", [ContractState.DRAFT, ContractState.CANCELLED])
def test_the_list_of_a_contract_that_is_not_signed_promises_nothing(
    cast: Cast, state: ContractState
) -> None:
    build_warranty(cast.contract, cast.phone_system)
    with acting(cast.ruth):
        Contract.objects.filter(pk=cast.contract.pk).update(state=state)
    assert ask(cast, FIRST) == Warranty(WarrantyState.NONE)


def spans(*lines: tuple[int, int]) -> list[WarrantySpan]:
    return [
        WarrantySpan(FIRST + timedelta(days=start), FIRST + timedelta(days=end), number, "CT-1")
        for number, (start, end) in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("day", "state", "line"),
    [
        (-1, WarrantyState.NOT_YET, 1),
        (0, WarrantyState.ACTIVE, 1),
        (10, WarrantyState.NOT_YET, 0),
        (25, WarrantyState.ACTIVE, 0),
        (31, WarrantyState.EXPIRED, 0),
    ],
)
def test_of_several_lines_the_one_of_the_day_decides_then_the_next_then_the_last(
    day: int, state: WarrantyState, line: int
) -> None:
    found = warranty_among(spans((20, 30), (0, 9)), FIRST + timedelta(days=day))
    assert (found.state, found.contract_id) == (state, line)


days = st.integers(-40, 40)


@given(st.lists(st.tuples(days, st.integers(0, 10)), max_size=5), days)
def test_a_product_is_under_warranty_on_exactly_the_days_of_its_lines(
    lines: list[tuple[int, int]], day: int
) -> None:
    within = [(start, start + length) for start, length in lines]
    found = warranty_among(spans(*within), FIRST + timedelta(days=day))
    assert found.is_active == any(start <= day <= end for start, end in within)


def test_many_devices_are_asked_for_at_once(cast: Cast) -> None:
    build_warranty(cast.contract, cast.phone_system)
    other = build_device(cast.market_street, "Spare")
    with acting(cast.dana), CaptureQueriesContext(connection) as queries:
        found = warranties_on([cast.phone_system.pk, other.pk], FIRST)
    assert len(queries) == 1
    assert {key: value.state for key, value in found.items()} == {
        cast.phone_system.pk: WarrantyState.ACTIVE,
        other.pk: WarrantyState.NONE,
    }


def test_the_database_refuses_two_lines_for_a_device_on_one_day(cast: Cast) -> None:
    build_warranty(cast.contract, cast.phone_system)
    second = build_contract(cast.bayview, starts_on=date(2027, 1, 1))
    with pytest.raises(IntegrityError, match="warranty_once_at_a_time"), transaction.atomic():
        build_warranty(second, cast.phone_system, starts_on=LAST, ends_on=date(2027, 12, 31))
    build_warranty(
        second, cast.phone_system, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
    )


def test_the_database_refuses_a_line_that_ends_before_it_starts(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="warranty_ends_after_start"), transaction.atomic():
        build_warranty(cast.contract, cast.phone_system, starts_on=LAST, ends_on=FIRST)


def test_a_customer_sees_its_own_list_once_the_contract_is_signed(cast: Cast) -> None:
    build_warranty(cast.contract, cast.phone_system)
    assert ask(cast, FIRST, cast.elena).is_active
    for stranger in (cast.sam, cast.kim, cast.nils):
        assert not ask(cast, FIRST, stranger).is_active
    with acting(cast.ruth):
        Contract.objects.filter(pk=cast.contract.pk).update(state=ContractState.DRAFT)
    with acting(cast.elena), connection.cursor() as cursor:
        # The second wall: the row policy hides a draft's list even from plain SQL.
        cursor.execute("SELECT count(*) FROM contracts_warrantyitem")
        assert cursor.fetchone() == (0,)


def test_a_customer_sees_the_models_that_it_has_and_no_others(cast: Cast) -> None:
    with acting(cast.ruth):
        theirs, other = (
            ProductModel.objects.create(
                provider=cast.calcom, vendor="Panasonic", model=name, kind="pbx"
            )
            for name in ("KX-NS700", "KX-NS1000")
        )
        device = cast.phone_system
        device.product_model = theirs
        device.save(update_fields=["product_model"])
        assert ProductModel.objects.count() == 2
    with acting(cast.elena):
        assert list(ProductModel.objects.all()) == [theirs]
    for stranger in (cast.sam, cast.kim, cast.nils):
        with acting(stranger):
            assert not ProductModel.objects.filter(pk__in=[theirs.pk, other.pk]).exists()


def test_a_list_cannot_be_written_by_a_customer(cast: Cast) -> None:
    item = build_warranty(cast.contract, cast.phone_system)
    for verb in (
        "UPDATE contracts_warrantyitem SET note = ''",
        "DELETE FROM contracts_warrantyitem",
    ):
        with (
            acting(cast.amit),
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(verb)
    with acting(cast.ruth):
        assert WarrantyItem.objects.get() == item
