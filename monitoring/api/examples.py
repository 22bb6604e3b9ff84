"""What the documentation shows."""

from __future__ import annotations

from typing import Any

CUSTOMER = {"id": 3, "name": "Bayview Dental Group"}
SITE = {"id": 4, "name": "Market Street"}
DEVICE = {"id": 9, "name": "Main phone system"}
DEVICE_STATE: dict[str, Any] = {
    "device": DEVICE,
    "site": SITE,
    "customer": CUSTOMER,
    "kind": "pbx",
    "state": "up",
    "asked_at": "2026-06-15T21:39:12.000000Z",
}
DAY = {
    "day": "2026-06-14",
    "up_seconds": 85860,
    "down_seconds": 540,
    "unknown_seconds": 0,
    "planned_seconds": 0,
    "percent": "99.37",
}
DEVICE_DETAIL: dict[str, Any] = {**DEVICE_STATE, "percent_30_days": "99.97", "days": [DAY]}
CHECK: dict[str, Any] = {
    "id": 21,
    "name": "Phone system",
    "kind": "sip-udp",
    "state": "up",
    "since": "2026-06-01T13:10:00.000000Z",
    "every_seconds": 60,
    "is_paused": False,
    "parent": 20,
    "last_at": "2026-06-15T21:39:12.000000Z",
    "last_outcome": "alive",
    "last_words": "SIP answered 200 OK",
    "last_took_us": 14210,
    "facts": {"sip.status": 200, "sip.server": "Panasonic KX-NS700"},
    "device": DEVICE,
    "customer": CUSTOMER,
}
CHECK_DETAIL: dict[str, Any] = {**CHECK, "percent_30_days": "99.97", "days": [DAY]}
INCIDENT: dict[str, Any] = {
    "id": 31,
    "kind": "outage",
    "cause": "No answer within 5 s",
    "is_covered": True,
    "opened_at": "2026-06-14T19:32:00.000000Z",
    "confirmed_at": "2026-06-14T19:32:41.000000Z",
    "recovered_at": "2026-06-14T19:41:00.000000Z",
    "closed_at": "2026-06-14T19:51:20.000000Z",
    "ticket": "CC-1042",
    "parent": None,
    "device": DEVICE,
    "site": SITE,
    "customer": CUSTOMER,
}
HEARTBEAT: dict[str, Any] = {
    "id": 22,
    "name": "Nightly export",
    "state": "up",
    "since": "2026-06-01T13:10:00.000000Z",
    "every_seconds": 86400,
    "is_paused": False,
    "last_at": "2026-06-15T09:00:04.000000Z",
    "last_words": "It reported success",
    "silent_from": "2026-06-16T09:05:04.000000Z",
    "device": DEVICE,
    "customer": CUSTOMER,
}
