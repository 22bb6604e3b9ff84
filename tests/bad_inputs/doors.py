"""Every form of the portal. A form without a door, or a reason for none, fails `test_doors`."""

from __future__ import annotations

from tests.bad_inputs.door import Door
from tests.bad_inputs.doors_of_contracts import CONTRACT_DOORS

TICKET = "/tickets/{ref}/"
ENTRY = "/tickets/{worked_ref}/labour/{entry}/"
FUTURE, LATER = "2030-06-17T10:00", "2030-06-17T11:00"


def act(verb: str, who: str = "dana", ref: str = "ref", **fill: str) -> Door:
    """Return the form of an act on a ticket."""
    strict = frozenset({"target"}) if verb == "merge" else frozenset()
    return Door(verb, who, f"/tickets/{{{ref}}}/{verb}/", fill, strict)


WARRANTY_DAYS = {"starts_on": "2026-01-01", "ends_on": "2040-12-31"}
DEVICE = {"name": "Front desk phone", "vendor": "Panasonic", "model": "NT", "serial": "1"}
DEVICE |= {"asset_tag": "7", "room": "Hall", "kind": "phone", "installed_on": "2020-02-29"}
WORK = {"work": "training", "device": "{device}", "day": "{lately}", "start": "09:00"}
WORK |= {"end": "10:00", "note": "Trained the front desk"}

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
    Door(
        "swap",
        "dana",
        "/devices/{device}/swap/",
        {"serial": "NEW-1", "reason": "Dead", "vendor": "Panasonic", "model": "KX-NS700"},
    ),
    Door(
        "labels",
        "dana",
        "/devices/labels/?customer={bayview}",
        {"devices": "{device}", "start": "1"},
        done=200,
    ),
    Door("model_new", "ruth", "/models/new/", {"vendor": "Yealink", "model": "T46U"}),
    Door("model_edit", "ruth", "/models/{product_model}/edit/"),
    Door(
        "warranty_new",
        "ruth",
        "/warranties/new/?customer={bayview}",
        {"device": "Spare phone", "contract": "{signed}"} | WARRANTY_DAYS,
        frozenset({"device"}),
    ),
    Door("warranty_edit", "ruth", "/warranties/{warranty}/edit/", {"note": "x"} | WARRANTY_DAYS),
    Door("warnings", "ruth", "/warranties/warnings/", {"days": "60, 30"}, frozenset({"days"})),
    Door("device_retire", "ruth", "/devices/{device}/retire/"),
    *CONTRACT_DOORS,
    Door("notices", "elena", "/profile/notices/"),
    Door("time", "dana", "/tickets/{worked_ref}/time/", WORK),
    Door("correct", "dana", f"{ENTRY}correct/", WORK | {"reason": "It was an hour less"}),
    Door("strike", "dana", f"{ENTRY}strike/", {"reason": "Logged twice"}),
    Door("waive", "ruth", f"{ENTRY}override/", {"cause": "goodwill", "reason": "They waited"}),
    Door("ask", "elena", f"{ENTRY}question/", {"text": "What was this?"}),
    Door(
        "answer",
        "dana",
        "/tickets/{worked_ref}/labour/{asked_entry}/answer/",
        {"text": "The training of May."},
    ),
    Door(
        "limits",
        "ruth",
        "/people/{elena}/",
        {"reach": "sites", "sites": "{site}"},
        sent_to="/people/{elena}/limits/",
    ),
    Door("hand_over", "ruth", "/people/{elena}/hand-over/", {"successor": "{person}"}),
    Door("leave", "ruth", "/customers/{sutter}/leave/", {"last_day": "{soon}"}),
    Door("company", "ruth", "/company/", {"email": "hello@calcom.example", "website": "x"}),
    Door(
        "sign_up",
        "",
        "/sign-up/",
        {"company": "Harbor Voice", "name": "Hana Ito", "email": "hana@harborvoice.example"},
    ),
    Door(
        "operator_open",
        "olga",
        "/operator/providers/new/",
        {
            "name": "Harbor Voice",
            "slug": "harbor",
            "reference_prefix": "HV",
            "mail_from": "hello@harborvoice.example",
            "admin_name": "Hana Ito",
            "admin_email": "hana@harborvoice.example",
        },
        frozenset({"slug", "reference_prefix"}),
    ),
    Door("suspend", "olga", "/operator/providers/{rival}/suspend/", {"because": "Not paid"}),
    Door("plan", "olga", "/operator/providers/{rival}/plan/"),
    Door(
        "operator_sender",
        "olga",
        "/operator/providers/{rival}/sender/",
        {"mail_from": "care@northline.example"},
    ),
    Door(
        "operator_delete",
        "olga",
        "/operator/providers/{rival}/delete/",
        {"name": "Northline"},
        frozenset({"name"}),
    ),
)
