"""A broken device is replaced: cover and warranty go over, history stays, and only once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from contracts.actions import (
    DeviceFacts,
    Swap,
    WarrantyFacts,
    add_warranty,
    create_product_model,
    swap_device,
)
from contracts.actions.create_product_model import ModelFacts
from contracts.in_force import cover_of_device, covers_in_force
from contracts.models import Contract, Cover, Device, DeviceEvent, WarrantyItem
from contracts.warranties import WarrantyState, warranty_on
from tests.builders import build_contract, build_device, build_warranty
from tests.cast import Cast
from tests.races import all_at_once
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import request_of
from tests.traces import nothing_changes
from tickets.actions import open_ticket, resolve_ticket
from tickets.models import Ticket

NOON = "2026-06-15T19:00:00+00:00"
DAY = date(2026, 6, 15)
NEW = DeviceFacts(
    name="Main phone system", kind="pbx", vendor="Panasonic", model="KX-NS700", serial="NEW-1"
)
SWAP = Swap(NEW, DAY, reason="Power supply burnt out")


@pytest.fixture
def stage(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give the cast at noon of 15 June, the phone system under a contract of its own."""
    database_time.set(NOON)
    own = build_contract(cast.bayview, device=cast.phone_system, ends_on=date(2027, 3, 31))
    build_warranty(own, cast.phone_system)
    with acting(cast.ruth):
        Cover.objects.filter(contract=own).update(during=(date(2026, 1, 1), date(2027, 4, 1)))
    return cast


def swapped(cast: Cast, swap: Swap = SWAP) -> Device:
    with acting(cast.dana):
        return swap_device(device=cast.phone_system, swap=swap, actor=cast.dana)


def test_the_new_device_stands_where_the_old_one_stood(stage: Cast) -> None:
    new = swapped(stage)
    with acting(stage.dana):
        old = Device.objects.get(pk=stage.phone_system.pk)
        assert (old.retired_on, old.replaces_id) == (DAY, None)
        assert (new.site_id, new.customer_id, new.replaces_id) == (
            stage.market_street.pk,
            stage.bayview.pk,
            old.pk,
        )
        assert (new.serial, new.retired_on) == ("NEW-1", None)


def test_warranty_goes_over_on_the_day_of_the_swap(stage: Cast) -> None:
    new = swapped(stage)
    with acting(stage.dana):
        spans = {
            item.device_id: (item.starts_on, item.ends_on) for item in WarrantyItem.objects.all()
        }
        assert spans == {
            stage.phone_system.pk: (date(2026, 1, 1), date(2026, 6, 14)),
            new.pk: (DAY, date(2026, 12, 31)),
        }
        assert warranty_on(stage.phone_system.pk, DAY).state is WarrantyState.EXPIRED
        assert warranty_on(new.pk, DAY).is_active


def test_warranty_that_has_not_begun_goes_over_whole(stage: Cast) -> None:
    with acting(stage.ruth):
        WarrantyItem.objects.update(starts_on=DAY)
    new = swapped(stage)
    with acting(stage.dana):
        (item,) = WarrantyItem.objects.all()
        assert (item.device_id, item.starts_on, item.ends_on) == (new.pk, DAY, date(2026, 12, 31))


def test_warranty_that_is_over_stays_with_the_old_device(stage: Cast) -> None:
    with acting(stage.ruth):
        WarrantyItem.objects.update(ends_on=date(2026, 6, 14))
    swapped(stage)
    with acting(stage.dana):
        (item,) = WarrantyItem.objects.all()
        assert item.device_id == stage.phone_system.pk


def test_cover_by_name_goes_over_on_the_day_of_the_swap(
    stage: Cast, database_time: DatabaseTime
) -> None:
    new = swapped(stage)
    with acting(stage.dana) as scope:
        old = Device.objects.get(pk=stage.phone_system.pk)
        covers = covers_in_force([stage.bayview.pk], scope.now)
        of_new, of_old = cover_of_device(new, covers), cover_of_device(old, covers)
        assert of_new is not None
        assert of_old is not None
        # The old one falls back to the contract of the whole company.
        assert (of_new.device_id, of_old.device_id) == (new.pk, None)
    database_time.set("2026-06-10T19:00:00+00:00")
    with acting(stage.dana) as scope:
        covers = covers_in_force([stage.bayview.pk], scope.now)
        before = cover_of_device(old, covers)
        assert before is not None
        assert before.device_id == old.pk


def test_a_draft_that_names_the_old_device_names_the_new_one(stage: Cast) -> None:
    with acting(stage.ruth):
        Cover.objects.filter(device=stage.phone_system).update(during=None)
        Contract.objects.filter(covers__device=stage.phone_system).update(state="draft")
    new = swapped(stage)
    with acting(stage.ruth):
        assert list(Cover.objects.exclude(device=None).values_list("device", flat=True)) == [new.pk]


def test_both_devices_keep_the_swap_in_their_history_and_it_is_audited_once(stage: Cast) -> None:
    new = swapped(stage)
    with acting(stage.ruth):
        events = {
            event.device_id: (event.kind, event.details["serial"], event.details["reason"])
            for event in DeviceEvent.objects.all()
        }
        assert events == {
            stage.phone_system.pk: ("swapped_out", "NEW-1", "Power supply burnt out"),
            new.pk: ("swapped_in", stage.phone_system.serial, "Power supply burnt out"),
        }
        entry = AuditEntry.objects.get(action="device.swapped")
        details = json.loads(entry.body)["details"]
        assert (details["new_serial"], details["covers"], details["warranties"]) == ("NEW-1", 1, 1)


@pytest.mark.parametrize("follow", [True, False])
def test_open_tickets_go_on_with_the_new_device_or_stay_by_choice(
    stage: Cast, follow: bool
) -> None:
    with acting(stage.elena):
        open_one, done = (
            open_ticket(request=request_of(stage), actor=stage.elena) for _ in range(2)
        )
    with acting(stage.dana):
        Ticket.objects.filter(pk__in=[open_one.pk, done.pk]).update(device=stage.phone_system)
        resolve_ticket(ticket=done, text="Done.", actor=stage.dana)
    new = swapped(stage, replace(SWAP, tickets_follow=follow))
    with acting(stage.dana):
        devices = dict(Ticket.objects.values_list("pk", "device"))
    assert devices == {
        open_one.pk: new.pk if follow else stage.phone_system.pk,
        done.pk: stage.phone_system.pk,
    }


def test_a_device_is_not_replaced_twice(stage: Cast) -> None:
    swapped(stage)
    with (
        nothing_changes(stage, Device, WarrantyItem, Cover),
        pytest.raises(RuleBroken) as refused,
    ):
        swapped(stage, replace(SWAP, facts=replace(NEW, serial="NEW-2")))
    assert refused.value.message == (
        "Main phone system was replaced by NEW-1 on 2026-06-15 already."
    )


@pytest.mark.parametrize(
    ("swap", "field"),
    [
        (replace(SWAP, facts=replace(NEW, serial="")), "serial"),
        (replace(SWAP, facts=replace(NEW, serial="TAKEN")), "serial"),
        (replace(SWAP, swapped_on=date(2026, 6, 16)), "swapped_on"),
        (replace(SWAP, swapped_on=date(2025, 12, 31)), "swapped_on"),
    ],
)
def test_a_swap_that_cannot_be_is_refused_and_changes_nothing(
    stage: Cast, swap: Swap, field: str
) -> None:
    with acting(stage.ruth):
        Device.objects.filter(pk=stage.phone_system.pk).update(installed_on=date(2026, 1, 1))
        other = build_device(stage.market_street, "Spare")
        Device.objects.filter(pk=other.pk).update(serial="TAKEN")
    with (
        nothing_changes(stage, Device, WarrantyItem, Cover),
        pytest.raises(BadInput) as refused,
    ):
        swapped(stage, swap)
    assert refused.value.field == field


def test_a_customer_swaps_nothing(stage: Cast) -> None:
    with (
        nothing_changes(stage, Device),
        pytest.raises(NotAllowed),
        acting(stage.amit),
    ):
        swap_device(device=stage.phone_system, swap=SWAP, actor=stage.amit)


def test_of_two_swaps_at_once_one_is_done(committed_cast: Cast) -> None:
    cast = committed_cast
    today = date(2026, 1, 2)

    def swap(serial: str) -> str:
        with acting(cast.dana):
            made = swap_device(
                device=cast.phone_system,
                swap=Swap(replace(NEW, serial=serial), today),
                actor=cast.dana,
            )
            return str(made.serial)

    answers = all_at_once([partial(swap, "A"), partial(swap, "B")])
    assert sorted(type(answer).__name__ for answer in answers) == ["RuleBroken", "str"], answers
    with acting(cast.dana):
        assert Device.objects.filter(replaces=cast.phone_system).count() == 1


def test_a_swap_and_a_new_warranty_at_once_leave_no_day_twice(committed_cast: Cast) -> None:
    cast = committed_cast
    facts = WarrantyFacts(date(2026, 1, 1), date(2099, 1, 1))

    def add() -> None:
        with acting(cast.ruth):
            device = Device.objects.get(pk=cast.phone_system.pk)
            add_warranty(contract=cast.contract, device=device, facts=facts, actor=cast.ruth)

    answers = all_at_once([add, add])
    assert [type(answer).__name__ for answer in answers if answer] == ["BadInput"]
    with acting(cast.ruth):
        assert WarrantyItem.objects.count() == 1


def test_the_new_device_is_linked_to_its_model(stage: Cast) -> None:
    with acting(stage.priya):
        model = create_product_model(
            facts=ModelFacts("PANASONIC", "kx-ns700", "pbx"), actor=stage.priya
        )
    assert swapped(stage).product_model_id == model.pk
