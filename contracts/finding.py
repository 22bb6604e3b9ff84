"""What the search box finds here: devices and sites."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models.functions import Lower
from django.urls import reverse

from accounts.capabilities import Capability
from accounts.search import MOST_HITS, Group, Hit, in_order
from accounts.viewer import Viewer
from calcom_portal.common.words import WordTable, find_by_words
from contracts.models import Device, Site

WORDS = WordTable("contracts_deviceword", "device_id")


def find_devices(viewer: Viewer, words: str) -> Group:
    """Find devices by name, product, serial, tag, room or extension."""
    found = find_by_words(WORDS, words, limit=MOST_HITS)
    rows = in_order(Device.objects.select_related("site", "customer"), found.ids)
    hits = [
        Hit(
            row.name,
            reverse("device", args=[row.pk]),
            _where(row, viewer),
            "Retired" if row.retired_on else row.serial,
            str(row.pk),
        )
        for row in rows
    ]
    more = f"{reverse('devices')}?{urlencode({'q': words})}" if len(hits) == MOST_HITS else ""
    may_list = viewer.can(Capability.SEE_ALL_CUSTOMERS)
    return Group("Devices", "server", hits, more if may_list else "", found.is_partial)


def find_sites(viewer: Viewer, words: str) -> Group:
    """Find sites by name or address."""
    rows = Site.objects.select_related("customer").named_like(words)
    hits = [
        Hit(
            row.name,
            reverse("site", args=[row.pk]),
            row.address if viewer.is_customer else f"{row.customer}, {row.address}".strip(", "),
            key=str(row.pk),
        )
        for row in rows.order_by(Lower("name"))[:MOST_HITS]
    ]
    return Group("Sites", "map-pin", hits)


def _where(device: Device, viewer: Viewer) -> str:
    parts = [device.product, device.site.name, device.room]
    if not viewer.is_customer:
        parts.insert(1, device.customer.name)
    if device.extension:
        parts.append(f"extension {device.extension}")
    return " · ".join(part for part in parts if part)
