"""Replace a broken product by another one (clauses WARRANTY and SWAP)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.actions._handover import hand_cover_over, hand_warranty_over
from contracts.actions._history import remember
from contracts.actions._models import model_named
from contracts.actions._serials import each_serial_once
from contracts.actions.create_device import DeviceFacts, refuse_taken_serial
from contracts.days import today_at_site
from contracts.models import Device, DeviceEventKind
from contracts.swapping import hand_on, move_on


@dataclass(frozen=True, slots=True)
class Swap:
    """What is put in, from which day on, and whether open tickets go on with it."""

    facts: DeviceFacts
    swapped_on: date
    reason: str = ""
    tickets_follow: bool = True


def swap_device(*, device: Device, swap: Swap, actor: Viewer) -> Device:
    """Retire a device and put another in its place; return the new one.

    From the day of the swap on cover and warranty are those of the new device, which stands at the
    same site; both keep their history. Raises NotAllowed, RuleBroken for a device that is retired
    or replaced already, and BadInput naming the field.
    """
    actor.require(Capability.SWAP_DEVICES)
    # Contracts are signed under the same lock: covers do not change in between.
    Customer.objects.select_for_update().get(pk=device.customer_id)
    rows = Device.objects.select_related("site").select_for_update(of=("self",))
    old = rows.get(pk=device.pk)
    _refuse(old, swap)
    old.retired_on = swap.swapped_on
    old.save(update_fields=["retired_on"])
    new = _put_in(old, swap)
    moved = {
        "covers": hand_cover_over(old, new, swap.swapped_on),
        "warranties": len(hand_warranty_over(old, new, swap.swapped_on)),
    }
    hand_on(old, new, actor)
    if swap.tickets_follow:
        move_on(old, new, actor)
    on, reason = swap.swapped_on.isoformat(), swap.reason
    told = {"on": on, "reason": reason, **moved}
    remember(old, DeviceEventKind.SWAPPED_OUT, actor, serial=new.serial, other=new.pk, **told)
    remember(new, DeviceEventKind.SWAPPED_IN, actor, serial=old.serial, other=old.pk, **told)
    record(
        actor,
        "device.swapped",
        old,
        id=old.pk,
        replaced_by=new.pk,
        old_serial=old.serial,
        new_serial=new.serial,
        tickets_follow=swap.tickets_follow,
        on=on,
        **moved,
    )
    return new


def _refuse(old: Device, swap: Swap) -> None:
    if old.retired_on is not None:
        replaced = Device.objects.filter(replaces=old).first()
        words = f"was replaced by {replaced.serial}" if replaced else "was taken out of service"
        raise RuleBroken(
            f"{old.name} {words} on {old.retired_on} already.",
            remedy="Look at its page; swap the device that stands there now.",
        )
    if not swap.facts.serial or swap.facts.serial == old.serial:
        raise BadInput(
            "The new device needs a serial number of its own.",
            field="serial",
            remedy="Type the number that is on the new device.",
        )
    if swap.swapped_on > today_at_site(old.site, database_now()):
        raise BadInput(
            "That day is still to come.",
            field="swapped_on",
            remedy="Write the swap down when it is done.",
        )
    if old.installed_on is not None and swap.swapped_on < old.installed_on:
        raise BadInput(
            f"{old.name} was installed on {old.installed_on}.",
            field="swapped_on",
            remedy="Choose that day or a later one.",
        )
    refuse_taken_serial(swap.facts)


def _put_in(old: Device, swap: Swap) -> Device:
    with each_serial_once(swap.facts.serial):
        new: Device = Device.objects.create(
            provider_id=old.provider_id,
            customer_id=old.customer_id,
            site_id=old.site_id,
            replaces=old,
            product_model=model_named(swap.facts.vendor, swap.facts.model),
            **asdict(swap.facts),
        )
    return new
