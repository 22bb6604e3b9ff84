"""The forms of contracts: drafts, signatures, what changes them, the catalogue, prices, hours."""

from __future__ import annotations

from typing import Any

from tests.bad_inputs.door import Door

HOURS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun", "own_days", "special_hours"})
TARGETS = frozenset(
    f"{priority}_{metric}_hours"
    for priority in ("emergency", "minor")
    for metric in ("respond", "resolve")
)
RATES = frozenset({"rate_currency", "rate_normal", "rate_after_hours", "rate_trip"})
AGREED = {
    "pricing": "agreed",
    "rate_currency": "USD",
    "rate_normal": "95",
    "rate_after_hours": "142.50",
    "rate_trip": "75",
    "round_rule": "up",
    "round_step": "15",
    "round_minimum": "30",
}
MONEY = frozenset({"rate_normal", "rate_after_hours", "rate_trip", "monthly_price"})


def step(verb: str, contract: str = "signed", **fill: Any) -> Door:
    """Return the form of a step in the life of a contract."""
    path = f"/contracts/{{{contract}}}/{verb}/"
    return Door(verb, "ruth", path, fill, TARGETS | RATES, looks_first=True)


def in_catalogue(door: str, path: str, **fill: Any) -> Door:
    """Return a form of the catalogue, whose preview was seen."""
    return Door(door, "ruth", path, fill | {"step": "save"}, TARGETS | {"monthly_price", "code"})


CONTRACT_DOORS = (
    Door(
        "contract_new",
        "ruth",
        "/contracts/new/?customer={bayview}&tier={tier}",
        {"starts_on": "2032-01-01"} | AGREED,
        TARGETS | RATES,
    ),
    Door("contract_edit", "ruth", "/contracts/{contract}/edit/", AGREED, TARGETS | RATES),
    Door(
        "contract_sign",
        "ruth",
        "/contracts/{contract}/sign/",
        {"name": "Amit Bhatt", "no_scan_reason": "Lost"},
    ),
    Door("calendar_new", "ruth", "/calendars/new/", {"name": "Nights"}, HOURS),
    Door(
        "calendar_publish",
        "ruth",
        "/calendars/{calendar}/edit/",
        {"step": "publish", "mon": "08:00–16:00", "note": "x"},
        HOURS,
    ),
    Door("contract_send", "ruth", "/contracts/{contract}/send/", {"note": "As agreed"}),
    Door(
        "our_signing",
        "amit",
        "/our-contract/sign/{waiting}/",
        {"name": "Amit Bhatt", "role": "Owner", "consent": "on"},
    ),
    Door(
        "decline", "amit", "/our-contract/sign/{waiting}/decline/", {"reason": "The price is wrong"}
    ),
    step("amend", effective_on="2032-01-01", **AGREED),
    step("renew", "renewable", months="12"),
    step("notice", side="customer", reason="They move"),
    step("notice/withdraw", "ending", reason="They stay"),
    step("end", reason="The company is sold"),
    step("call-off", "later", reason="They sold it"),
    Door(
        "reminders",
        "ruth",
        "/contracts/reminders/",
        {"horizons": "60, 30"},
        frozenset({"horizons"}),
    ),
    Door("rates_new", "ruth", "/rates/new/", {"effective_on": "2032-01-01"} | AGREED, RATES),
    in_catalogue("tier_copy", "/tiers/{tier}/copy/", name="Tier 2 for schools"),
    in_catalogue("tier_edit", "/tiers/{tier}/edit/", name="Tier 2 and more"),
    in_catalogue(
        "tier_clause_add",
        "/tiers/{tier}/clauses/new/",
        clause="{loose_clause}",
        offered="extra",
        monthly_price="45",
    ),
    in_catalogue(
        "tier_clause", "/tiers/{tier}/clauses/{row}/", offered="extra", wording="We come at once."
    ),
    Door(
        "clause_new",
        "ruth",
        "/clauses/new/",
        {"code": "ONSITE", "title": "On site", "wording": "We come.", "step": "save"},
        frozenset({"code"}),
    ),
    in_catalogue("clause", "/clauses/{loose_clause}/", title="Another title"),
)
