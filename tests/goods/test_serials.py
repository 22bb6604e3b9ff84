"""A maker's serial number is in service once at a provider, whoever is quickest."""

from __future__ import annotations

import importlib
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from calcom_portal.common.errors import BadInput
from contracts.actions import DeviceFacts, create_device
from contracts.models import Device
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import acting


def taken(cast: Cast) -> Device:
    with acting(cast.ruth):
        device = Device.objects.get(pk=build_device(cast.market_street, "First").pk)
        device.vendor, device.serial = "Yealink", "SN-77"
        device.save(update_fields=["vendor", "serial"])
    return device


def test_the_database_refuses_a_second_one_in_service(cast: Cast) -> None:
    device, second = taken(cast), build_device(cast.market_street, "Second")
    with acting(cast.ruth):
        rows = Device.objects.filter(pk=second.pk)
        with pytest.raises(IntegrityError, match="serial_in_service_once"), transaction.atomic():
            rows.update(vendor="YEALINK", serial="SN-77")
        rows.update(vendor="Snom", serial="SN-77")
        Device.objects.filter(pk=device.pk).update(retired_on=date(2026, 1, 1))
        rows.update(vendor="Yealink")
        assert rows.get().serial == "SN-77"


def test_two_at_once_are_told_at_the_field(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken(cast)
    module = importlib.import_module("contracts.actions.create_device")

    monkeypatch.setattr(module, "refuse_taken_serial", lambda *_, **__: None)
    with acting(cast.ruth):
        with pytest.raises(BadInput, match="SN-77 was written down by somebody") as refusal:
            create_device(
                site=cast.market_street,
                facts=DeviceFacts("Third", vendor="yealink", serial="SN-77"),
                actor=cast.ruth,
            )
        assert refusal.value.field == "serial"
        assert not Device.objects.filter(name="Third").exists()
