"""Every form of the portal: who fills it in, where, and values that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.bad_inputs.pages import Form
from tests.bad_inputs.world import World, look

TICKET = "/tickets/{ref}/"
FUTURE, LATER = "2030-06-17T10:00", "2030-06-17T11:00"


@dataclass(frozen=True)
class Door:
    """One form. `fill` is laid over what its page shows; `{…}` names something of the world.

    `strict` are text fields that take a syntax of their own, as all prices do; `done` is the
    status of a form that was taken; `sent_to` is where it goes when that is not its own page.
    """

    name: str
    who: str
    path: str
    fill: Mapping[str, Any] = field(default_factory=dict)
    strict: frozenset[str] = frozenset()
    done: int = 303
    sent_to: str = ""

    def is_strict(self, name: str) -> bool:
        """Does the field take a syntax of its own?"""
        return name in self.strict or name.startswith("price_")

    def opened(self, world: World, browser: Client) -> tuple[str, Form, dict[str, Any]]:
        """Return the address, the form as its page shows it, and values that it takes."""
        shown = look(browser, world.path(self.path))
        assert shown.status == 200, (self.name, shown.status)
        path = world.path(self.sent_to or self.path)
        form = shown.page.form_for(path.partition("?")[0])
        values = {name: found.value for name, found in form.fields.items() if found.value}
        values.pop("csrfmiddlewaretoken", None)
        filled = {
            name: world.path(value) if isinstance(value, str) else value
            for name, value in self.fill.items()
        }
        return path, form, values | filled


def act(verb: str, who: str = "dana", ref: str = "ref", **fill: str) -> Door:
    """Return the form of an act on a ticket."""
    strict = frozenset({"target"}) if verb == "merge" else frozenset()
    return Door(verb, who, f"/tickets/{{{ref}}}/{verb}/", fill, strict)


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
DEVICE = {"name": "Front desk phone", "vendor": "Panasonic", "model": "NT", "serial": "1"}
DEVICE |= {"asset_tag": "7", "room": "Hall", "kind": "phone", "installed_on": "2020-02-29"}

DOORS = (
    Door(
        "report",
        "elena",
        "/tickets/new/",
        {"device": "other", "handset": "dead", "how_many": "all", "words": "x", "reach": "y"},
    ),
    Door(
        "request",
        "elena",
        "/tickets/new/?kind=training",
        {"device": "other", "subject": "Voicemail", "words": "x", "reach": "y"},
    ),
    Door(
        "report for a customer",
        "dana",
        "/tickets/new/?customer={bayview}",
        {"device": "other", "handset": "dead", "words": "x", "reach": "y", "reporter": "{person}"},
    ),
    Door("reply", "elena", f"{TICKET}reply/", {"text": "x"}),
    Door("note", "dana", f"{TICKET}note/", {"text": "x"}),
    act("hold", party="carrier", reason="The line is theirs", until=FUTURE),
    act("priority", "priya", priority="emergency", reason="Worse than thought"),
    act("schedule", start=FUTURE, end=LATER),
    act("assign", "priya", technician="{marco}"),
    act("merge", "priya", target="{other_ref}", reason="The same fault"),
    act("resolve", text="A cable was loose."),
    act("reopen", "elena", "done_ref", text="It is dead again."),
    act("call", text="We talked."),
    act("watch", "elena", person="{person}"),
    Door("customer_new", "ruth", "/customers/new/", {"name": "Harbour", "number": "C-77"}),
    Door("customer_edit", "ruth", "/customers/{bayview}/edit/"),
    Door(
        "invite",
        "ruth",
        "/people/invite/?customer={bayview}",
        {"name": "Ida", "email": "ida@bayview.example", "role": "customer_user", "reach": "all"},
    ),
    Door(
        "role",
        "ruth",
        "/people/{person}/",
        {"role": "customer_admin"},
        sent_to="/people/{person}/role/",
    ),
    Door("join", "", "{link}", {"name": "Nina", "password": "a sentence of Nina 7"}),
    Door("profile", "elena", "/profile/", {"phone": "+16195550100"}),
    Door(
        "api_key",
        "ruth",
        "/keys/new/",
        {"label": "monitoring", "person": "{person}", "scopes": ["tickets:read"]},
        done=200,
    ),
    Door(
        "site_new", "ruth", "/sites/new/", {"customer": "{bayview}", "name": "Pier", "address": "1"}
    ),
    Door("site_edit", "ruth", "/sites/{site}/edit/"),
    Door("device_new", "ruth", "/devices/new/", DEVICE | {"site": "{site}"}),
    Door("device_edit", "ruth", "/devices/{device}/edit/", DEVICE),
    Door("device_retire", "ruth", "/devices/{device}/retire/"),
    Door(
        "contract_new",
        "ruth",
        "/contracts/new/?customer={bayview}&tier={tier}",
        {"starts_on": "2032-01-01"} | AGREED,
        TARGETS | RATES,
    ),
    Door("contract_edit", "ruth", "/contracts/{contract}/edit/", AGREED, TARGETS | RATES),
    Door("tier_copy", "ruth", "/tiers/{tier}/copy/", {"step": "save", "name": "Gold"}, TARGETS),
    Door(
        "clause_new",
        "ruth",
        "/clauses/new/",
        {"step": "save", "code": "ONSITE", "title": "Visit", "wording": "We come."},
        frozenset({"code", "wording", "meaning"}),
    ),
    Door("contract_sign", "ruth", "/contracts/{contract}/sign/", {"name": "Amit Bhatt"}),
    Door("calendar_new", "ruth", "/calendars/new/", {"name": "Nights"}, HOURS),
    Door(
        "calendar_publish",
        "ruth",
        "/calendars/{calendar}/edit/",
        {"step": "publish", "mon": "08:00–16:00", "note": "x"},
        HOURS,
    ),
    Door("notices", "elena", "/profile/notices/"),
)
