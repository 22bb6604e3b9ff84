"""Labels for devices: name, serial number, and a code that opens "report a problem"."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from calcom_portal.common.typeset import typeset
from contracts.label_sheets import SHEETS, SheetCode, places_from
from contracts.models import Device


def label_sheets(
    devices: Sequence[Device], *, sheet: SheetCode, start: int, provider: str, phone: str
) -> bytes:
    """Return the PDF of the labels; the first lies at place `start`, from 0.

    Devices come with their site. Raises NotTypeset.
    """
    form = SHEETS[sheet]
    labels = []
    places = places_from(form, start, len(devices))
    for device, (page, place) in zip(devices, places, strict=True):
        left, top = form.corner(place)
        labels.append({"page": page, "left": left, "top": top} | _words(device))
    data = {
        "title": "Labels of devices",
        "provider": provider,
        "phone": phone,
        "width": form.page[0],
        "height": form.page[1],
        "label": {"width": form.size[0], "height": form.size[1]},
        "pages": [[it for it in labels if it["page"] == page] for page in _pages(labels)],
    }
    return typeset("labels.typ", data)


def address_of(device: Device) -> str:
    """Return the address that the code on a device's label holds."""
    return f"{settings.PORTAL_URL.rstrip('/')}{reverse('device_scan', args=[device.pk])}"


def _pages(labels: Sequence[dict[str, object]]) -> list[object]:
    return list(dict.fromkeys(label["page"] for label in labels))


def _words(device: Device) -> dict[str, object]:
    return {
        "name": device.name,
        "serial": device.serial,
        "site": device.site.name,
        "code": _code(address_of(device)),
    }


def _code(address: str) -> str:
    # Few ask for labels: it is loaded by the first who does.
    import segno  # noqa: PLC0415

    target = io.BytesIO()
    # 15 % of a scratched label may be gone.
    segno.make(address, error="m", micro=False).save(target, kind="svg", border=0, scale=1)
    return target.getvalue().decode()
