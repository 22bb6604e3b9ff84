"""Lines of a warranty list and models of the catalogue: added, changed, taken off, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    DeviceFacts,
    ModelFacts,
    WarrantyFacts,
    add_warranty,
    create_device,
    create_product_model,
    edit_device,
    edit_product_model,
    edit_warranty,
    remove_warranty,
    retire_device,
)
from contracts.models import Contract, Device, DeviceEvent, ProductModel, WarrantyItem
from tests.builders import build_contract, build_device, build_warranty
from tests.cast import Cast
from tests.stage import acting
from tests.traces import nothing_changes

YEAR = WarrantyFacts(date(2026, 1, 1), date(2026, 12, 31), "Batteries excepted")
NS700 = ModelFacts("Panasonic", "KX-NS700", "pbx", date(2028, 3, 31))


def refused(
    cast: Cast, error: type[Exception], act: Callable[..., object], who: Viewer | None = None
) -> Any:
    """Prove that the act is refused and leaves no trace."""
    actor = who or cast.ruth
    with (
        nothing_changes(cast, WarrantyItem, ProductModel, DeviceEvent),
        acting(actor),
        pytest.raises(error) as refusal,
        transaction.atomic(),
    ):
        act(actor=actor)
    return refusal.value


def history(cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    with acting(cast.elena):
        events = DeviceEvent.objects.filter(device=cast.phone_system).order_by("pk")
        return [(event.kind, event.details) for event in events]


def test_a_line_is_added_changed_and_taken_off_and_the_history_keeps_all(cast: Cast) -> None:
    later = replace(YEAR, ends_on=date(2027, 12, 31))
    with acting(cast.ruth):
        item = add_warranty(
            contract=cast.contract, device=cast.phone_system, facts=YEAR, actor=cast.ruth
        )
        assert (item.starts_on, item.ends_on, item.note) == (
            date(2026, 1, 1),
            date(2026, 12, 31),
            "Batteries excepted",
        )
        assert edit_warranty(item=item, facts=later, actor=cast.ruth).ends_on == later.ends_on
        remove_warranty(item=item, actor=cast.ruth)
        assert not WarrantyItem.objects.exists()
    number = cast.contract.number
    assert history(cast) == [
        ("warranty_added", {"contract": number, **YEAR.plain()}),
        ("warranty_changed", {"contract": number, **later.plain(), "before": YEAR.plain()}),
        ("warranty_removed", {"contract": number, **later.plain()}),
    ]


def test_a_change_that_changes_nothing_is_not_written_down(cast: Cast) -> None:
    item = build_warranty(cast.contract, cast.phone_system)
    facts = WarrantyFacts(item.starts_on, item.ends_on)
    with nothing_changes(cast, WarrantyItem, DeviceEvent), acting(cast.ruth):
        edit_warranty(item=item, facts=facts, actor=cast.ruth)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (WarrantyFacts(date(2026, 12, 31), date(2026, 1, 1)), "ends_on"),
        (WarrantyFacts(date(2026, 12, 31), date(2027, 6, 30)), "starts_on"),
        (WarrantyFacts(date(2025, 1, 1), date(2030, 1, 1)), "starts_on"),
    ],
)
def test_days_that_cannot_be_are_refused(cast: Cast, facts: WarrantyFacts, field: str) -> None:
    build_warranty(cast.contract, cast.phone_system)
    other = build_contract(cast.bayview)
    act = partial(add_warranty, contract=other, device=cast.phone_system, facts=facts)
    assert refused(cast, BadInput, act).field == field
    second = build_warranty(
        other, cast.phone_system, starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)
    )
    assert refused(cast, BadInput, partial(edit_warranty, item=second, facts=facts)).field == field


def test_a_list_takes_devices_of_its_own_customer_that_are_in_service(cast: Cast) -> None:
    theirs = build_contract(cast.sutter)
    act = partial(add_warranty, contract=theirs, device=cast.phone_system, facts=YEAR)
    assert refused(cast, BadInput, act).field == "device"
    with acting(cast.ruth):
        old = retire_device(
            device=build_device(cast.market_street, "Old"),
            retired_on=date(2026, 1, 1),
            actor=cast.ruth,
        )
    act = partial(add_warranty, contract=cast.contract, device=old, facts=YEAR)
    assert refused(cast, BadInput, act).field == "device"


def test_a_cancelled_contract_has_no_list(cast: Cast) -> None:
    with acting(cast.ruth):
        Contract.objects.filter(pk=cast.contract.pk).update(state="cancelled")
        cast.contract.refresh_from_db()
    act = partial(add_warranty, contract=cast.contract, device=cast.phone_system, facts=YEAR)
    refused(cast, RuleBroken, act)


@pytest.mark.parametrize("who", ["elena", "amit", "dana", "priya"])
def test_only_who_manages_contracts_changes_a_list(cast: Cast, who: str) -> None:
    item = build_warranty(cast.contract, cast.phone_system)
    for act in (
        partial(add_warranty, contract=cast.contract, device=cast.phone_system, facts=YEAR),
        partial(edit_warranty, item=item, facts=YEAR),
        partial(remove_warranty, item=item),
    ):
        refused(cast, NotAllowed, act, getattr(cast, who))


def test_a_model_links_the_devices_that_name_it(cast: Cast) -> None:
    with acting(cast.priya):
        model = create_product_model(facts=replace(NS700, vendor="PANASONIC"), actor=cast.priya)
        device = Device.objects.get(pk=cast.phone_system.pk)
        assert device.product_model_id == model.pk
        edited = edit_product_model(product=model, facts=NS700, actor=cast.priya)
        assert (edited.vendor, edited.support_ends_on) == ("Panasonic", date(2028, 3, 31))


def test_a_renamed_model_renames_its_devices(cast: Cast) -> None:
    with acting(cast.priya):
        model = create_product_model(facts=NS700, actor=cast.priya)
        edit_product_model(product=model, facts=replace(NS700, model="KX-NS700X"), actor=cast.priya)
        device = Device.objects.get(pk=cast.phone_system.pk)
    assert (device.model, device.product_model_id) == ("KX-NS700X", model.pk)


def test_a_device_finds_its_model_when_it_is_written_down_or_corrected(cast: Cast) -> None:
    facts = DeviceFacts(name="Second", vendor="panasonic", model="kx-ns700")
    with acting(cast.priya):
        model = create_product_model(facts=NS700, actor=cast.priya)
        device = create_device(site=cast.market_street, facts=facts, actor=cast.priya)
        assert device.product_model_id == model.pk
        other = replace(facts, model="Another")
        assert edit_device(device=device, facts=other, actor=cast.priya).product_model_id is None


def test_the_catalogue_has_a_model_once(cast: Cast) -> None:
    with acting(cast.priya):
        create_product_model(facts=NS700, actor=cast.priya)
        other = create_product_model(facts=replace(NS700, model="KX-NS1000"), actor=cast.priya)
    again = replace(NS700, vendor="panasonic", model="kx-ns700")
    assert refused(cast, BadInput, partial(create_product_model, facts=again)).field == "model"
    act = partial(edit_product_model, product=other, facts=again)
    assert refused(cast, BadInput, act).field == "model"


@pytest.mark.parametrize("who", ["elena", "amit", "dana"])
def test_the_catalogue_is_changed_by_who_manages_devices(cast: Cast, who: str) -> None:
    act = partial(create_product_model, facts=NS700)
    refused(cast, NotAllowed, act, getattr(cast, who))
