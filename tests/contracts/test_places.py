"""Sites and devices: written down, corrected, and never another tenant's."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry, Customer
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, NotAllowed
from contracts.access import access_device, access_site
from contracts.actions import DeviceFacts, create_device, create_site, edit_device, edit_site
from contracts.models import Device, DeviceKind, Site
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.stage import acting
from tests.traces import nothing_changes

SWITCH = DeviceFacts(
    name="Core switch",
    kind=DeviceKind.SWITCH,
    vendor="Cisco",
    model="C1300-24T",
    serial="FOC-1",
    asset_tag="CAL-77",
    room="Cabinet",
    installed_on=date(2025, 3, 4),
    installed_by_us=False,
)


def refused(
    cast: Cast, who: Viewer, error: type[Exception], act: Callable[..., object]
) -> pytest.ExceptionInfo[Any]:
    """Prove that the act is refused and leaves no trace."""
    with (
        nothing_changes(cast, Site, Device),
        acting(who),
        pytest.raises(error) as refusal,
        transaction.atomic(),
    ):
        act(actor=who)
    return refusal


def last_entry(viewer: Viewer) -> tuple[str, str, dict[str, Any]]:
    """Return action, actor and details of the newest audit row."""
    with acting(viewer):
        entry = AuditEntry.objects.latest("number")
        return entry.action, entry.actor_name, json.loads(entry.body)["details"]


def test_a_site_is_created_with_what_was_said(cast: Cast) -> None:
    with acting(cast.priya):
        site = create_site(
            customer=cast.bayview,
            name="Sunset Avenue",
            address="9 Sunset Avenue, Reno",
            zone="America/Denver",
            actor=cast.priya,
        )
        stored = access_site(cast.priya, site.pk)
    assert (stored.customer_id, stored.provider_id) == (cast.bayview.pk, cast.calcom.pk)
    assert (stored.name, stored.address, stored.zone, stored.is_active) == (
        "Sunset Avenue",
        "9 Sunset Avenue, Reno",
        "America/Denver",
        True,
    )
    assert last_entry(cast.ruth) == (
        "site.created",
        "Priya Shah",
        {"id": site.pk, "customer": cast.bayview.pk},
    )


def test_two_sites_of_a_customer_never_share_a_name(cast: Cast) -> None:
    act = partial(create_site, customer=cast.bayview, name="Market Street", zone="UTC")
    refusal = refused(cast, cast.priya, BadInput, act)
    assert refusal.value.field == "name"
    assert refusal.value.message == "The customer has a site “Market Street” already."
    with acting(cast.priya):
        # Another customer may.
        site = create_site(customer=cast.sutter, name="Market Street", zone="UTC", actor=cast.priya)
    assert site.customer_id == cast.sutter.pk


def test_a_site_is_edited(cast: Cast) -> None:
    with acting(cast.priya):
        edit_site(
            site=cast.market_street,
            name="Market Street South",
            address="14 Market Street",
            zone="America/Phoenix",
            actor=cast.priya,
        )
        stored = access_site(cast.priya, cast.market_street.pk)
    assert (stored.name, stored.address, stored.zone) == (
        "Market Street South",
        "14 Market Street",
        "America/Phoenix",
    )
    assert last_entry(cast.ruth) == ("site.edited", "Priya Shah", {"id": cast.market_street.pk})


def test_a_site_keeps_its_own_name_but_does_not_take_anothers(cast: Cast) -> None:
    build_site(cast.bayview, "Annex")
    change = partial(edit_site, site=cast.market_street, address="", zone="UTC")
    assert refused(cast, cast.priya, BadInput, partial(change, name="Annex")).value.field == "name"
    with acting(cast.priya):
        assert change(name="Market Street", actor=cast.priya).zone == "UTC"


def test_a_device_is_created_at_its_site(cast: Cast) -> None:
    with acting(cast.priya):
        device = create_device(site=cast.market_street, facts=SWITCH, actor=cast.priya)
        stored = access_device(cast.priya, device.pk)
    assert {name: getattr(stored, name) for name in asdict(SWITCH)} == asdict(SWITCH)
    assert (stored.site_id, stored.customer_id, stored.provider_id, stored.retired_on) == (
        cast.market_street.pk,
        cast.bayview.pk,
        cast.calcom.pk,
        None,
    )
    assert last_entry(cast.ruth) == (
        "device.created",
        "Priya Shah",
        {"id": device.pk, "site": cast.market_street.pk, "serial": "FOC-1"},
    )


def test_a_serial_number_is_in_service_once_per_maker(cast: Cast) -> None:
    with acting(cast.priya):
        create_device(site=cast.market_street, facts=SWITCH, actor=cast.priya)
    again = replace(SWITCH, name="Spare", vendor="CISCO")
    act = partial(create_device, site=cast.market_street, facts=again)
    refusal = refused(cast, cast.priya, BadInput, act)
    assert refusal.value.field == "serial"
    assert refusal.value.message == (
        "Core switch at Market Street has the serial number FOC-1 already."
    )
    with acting(cast.priya):
        Device.objects.filter(serial="FOC-1").update(retired_on=date(2026, 5, 1))
        assert act(actor=cast.priya).serial == "FOC-1"


def test_an_edited_device_names_what_changed(cast: Cast) -> None:
    device = build_device(cast.market_street, "Old name")
    facts = replace(SWITCH, kind=device.kind, vendor=device.vendor, model=device.model)
    with acting(cast.priya):
        edit_device(device=device, facts=facts, actor=cast.priya)
        stored = access_device(cast.priya, device.pk)
    assert {name: getattr(stored, name) for name in asdict(facts)} == asdict(facts)
    assert last_entry(cast.ruth) == (
        "device.edited",
        "Priya Shah",
        {
            "id": device.pk,
            "changed": [
                *("name", "serial", "asset_tag", "room", "installed_on", "installed_by_us"),
            ],
        },
    )


def test_an_edit_that_changes_nothing_is_not_written_down(cast: Cast) -> None:
    device = cast.phone_system
    facts = DeviceFacts(**{name: getattr(device, name) for name in asdict(SWITCH)})
    with nothing_changes(cast, Site, Device), acting(cast.priya):
        edit_device(device=device, facts=facts, actor=cast.priya)


def test_an_edit_cannot_take_another_devices_serial_number(cast: Cast) -> None:
    other = build_device(cast.market_street, "Second system")
    facts = DeviceFacts(name="Second", vendor="panasonic", serial=cast.phone_system.serial)
    act = partial(edit_device, device=other, facts=facts)
    assert refused(cast, cast.priya, BadInput, act).value.field == "serial"


def changes_of(cast: Cast, customer: Customer | None = None) -> dict[str, Callable[..., object]]:
    """Return every verb on places, ready but for the actor."""
    return {
        "create_site": partial(
            create_site, customer=customer or cast.bayview, name="New", zone="UTC"
        ),
        "edit_site": partial(
            edit_site, site=cast.market_street, name="New", address="", zone="UTC"
        ),
        "create_device": partial(create_device, site=cast.market_street, facts=SWITCH),
        "edit_device": partial(edit_device, device=cast.phone_system, facts=SWITCH),
    }


VERBS = ("create_site", "edit_site", "create_device", "edit_device")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["elena", "amit"])
def test_customers_do_not_change_places(cast: Cast, who: str, verb: str) -> None:
    refused(cast, getattr(cast, who), NotAllowed, changes_of(cast)[verb])


@pytest.mark.parametrize("verb", ["create_site", "create_device"])
def test_the_database_refuses_a_place_below_a_rivals_parent(cast: Cast, verb: str) -> None:
    # A view cannot get here: access_site and access_customer answer 404 before.
    refused(cast, cast.nils, DatabaseError, changes_of(cast)[verb])


@pytest.mark.parametrize("verb", ["edit_site", "edit_device"])
def test_a_rival_cannot_edit_a_place_even_with_the_object_in_hand(cast: Cast, verb: str) -> None:
    missing = {"edit_site": Site.DoesNotExist, "edit_device": Device.DoesNotExist}[verb]
    refused(cast, cast.nils, missing, changes_of(cast)[verb])


def test_a_place_of_a_rival_looks_like_one_that_never_was(cast: Cast) -> None:
    for viewer in (cast.nils, cast.sam, cast.kim):
        with acting(viewer):
            for access, pk in (
                (access_site, cast.market_street.pk),
                (access_device, cast.phone_system.pk),
            ):
                with pytest.raises(Missing) as theirs:
                    access(viewer, pk)
                with pytest.raises(Missing) as absent:
                    access(viewer, 999_999_999)
                assert theirs.value.message == absent.value.message
