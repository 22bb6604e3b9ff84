"""What the documentation shows."""

SITE = {
    "id": 4,
    "name": "Market Street",
    "address": "12 Market Street, San Francisco",
    "zone": "America/Los_Angeles",
    "is_active": True,
    "customer": {"id": 3, "name": "Bayview Dental Group"},
}
DEVICE = {
    "id": 9,
    "version": '"5f2b8c1d9e0a4b7c8d6e3f2a1b0c9d8e"',
    "name": "Main phone system",
    "kind": "pbx",
    "vendor": "Panasonic",
    "model": "KX-NS700",
    "serial": "4C-00001",
    "asset_tag": "",
    "room": "Closet",
    "extension": "",
    "replaces": None,
    "installed_on": "2024-03-01",
    "installed_by_us": True,
    "retired_on": None,
    "site": {"id": 4, "name": "Market Street"},
    "customer": {"id": 3, "name": "Bayview Dental Group"},
}
PROMISE = {
    "label": "Tier 2",
    "targets": [
        {
            "priority": "emergency",
            "metric": "respond",
            "target": {"amount_seconds": 28800, "unit": "business_hours"},
        }
    ],
}
CONTRACT = {
    "id": 2,
    "number": "CT-2001",
    "state": "signed",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "signed_at": "2025-12-15T18:00:00.000000Z",
    "signed_name": "Amit Bhatt",
    "customer": {"id": 3, "name": "Bayview Dental Group"},
    "renewal": {"rule": "automatic", "months": 12, "notice_days": 30},
    "ending": "",
    "notice_by": "2026-12-01",
    "covers": [{"site": None, "device": None, "first_day": "2026-01-01", "last_day": "2026-12-31"}],
    "terms": [
        {
            "number": 1,
            "effective_on": "2026-01-01",
            "tier_code": "TIER2",
            "tier_name": "Tier 2",
            "calendar": {"id": 1, "name": "Business hours"},
            "promise": PROMISE,
            "clauses": [],
            "rates": {
                "currency": "USD",
                "normal": "145.00",
                "after_hours": "217.50",
                "trip": "95.00",
            },
            "rounding": {"step": 15, "rule": "up", "minimum": 15},
        }
    ],
    "events": [
        {
            "milestone": "signed",
            "on": "2026-01-01",
            "words": "Signed by Amit Bhatt. Renews by itself for 12 months, with 30 days' notice.",
            "at": "2025-12-15T18:00:00.000000Z",
        }
    ],
}
CALENDAR = {
    "id": 1,
    "name": "Business hours",
    "is_default": True,
    "versions": [
        {
            "number": 1,
            "fingerprint": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "note": "",
            "created_at": "2026-01-01T08:00:00.000000Z",
            "spec": {
                "tz": "America/Los_Angeles",
                "weekly": {"mon": [["08:00", "17:00"]]},
                "holidays": ["2026-12-25"],
            },
        }
    ],
}
