"""Axe finds nothing on any kind of page, wide and narrow, light and dark (WCAG 2.2 AA)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.actions.invite_person import invite_person
from contracts.actions import seed_catalogue
from contracts.models import Calendar
from contracts.sla import Priority
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.models import Connection, ProbeRequest
from tests.browser.conftest import Stage
from tests.browser.journeys import open_now
from tests.browser.screenshots import show
from tests.browser.stops import ADMIN, CUSTOMER, NOBODY, TECHNICIAN, Stop
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.health.helpers import build_report
from tests.monitoring.builders import build_shown_key
from tests.monitoring.setup_world import build_setup
from tests.monitoring.watched import break_down, tell_change, tell_day, watch
from tests.stage import acting
from tickets.actions import reply_to_ticket
from tickets.sweeps.deadlines import sweep_deadlines

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# `preload` would fetch the chapters of our stylesheet once more, and from the wrong address.
EVERYTHING: dict[str, Any] = {
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": RULES},
}
# What can differ once the structure is known to be sound.
COLOURS: dict[str, Any] = {
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
Looks = tuple[tuple[int, str, dict[str, Any]], ...]
LOOKS: Looks = (
    (1440, "light", EVERYTHING),
    (1440, "dark", COLOURS),
    (390, "light", COLOURS),
    (390, "dark", EVERYTHING),
)
# The structure once wide and once narrow, each theme once: for pages made of known parts.
TWO_LOOKS: Looks = (LOOKS[0], LOOKS[-1])
TOURS: dict[str, tuple[str, tuple[Stop, ...]]] = {
    "nobody": ("", NOBODY),
    "customer": ("amit", CUSTOMER),
    "technician": ("dana", TECHNICIAN),
    # Here notices wait; in the demo they have been sent.
    "admin": ("ruth", (*ADMIN, Stop("notice", "/outbox/", (r"^/outbox/\d+/$",)))),
}


@pytest.mark.parametrize("who", TOURS)
def test_axe_finds_nothing(stage: Stage, committed_cast: Cast, who: str) -> None:
    furnished = furnish(stage, committed_cast)
    name, stops = TOURS[who]
    if who == "admin":
        stops = (*stops, *furnished)
    stage.watch.allowed += ["404", "403", "410"]
    page = stage.signed_in(getattr(committed_cast, name)) if name else stage.window()
    assert [found for stop in stops for found in violations(page, stop)] == []


def furnish(stage: Stage, cast: Cast) -> tuple[Stop, ...]:
    """Put something on every page: tickets in every state of the clock, clauses, an invitation.

    Returns the pages that no link leads to.
    """
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
        invite_person(
            email="noa@bayview.example",
            name="Noa Field",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )
    open_now(cast, cast.elena)
    answered = open_now(cast, cast.amit, subject="Static on line 2", priority=Priority.MINOR)
    with acting(cast.dana):
        reply_to_ticket(ticket=answered, text="We listen to **line 2** now.", actor=cast.dana)
    # The first is late by now, the next one is new.
    stage.time.set("2026-06-15T16:00:00-07:00")
    sweep_deadlines()
    open_now(cast, cast.elena, subject="Fax line is dead")
    watch_some(cast)
    report_health(cast)
    return set_up_some(cast)


def report_health(cast: Cast) -> None:
    """Give one report that waits for its signature, and one that the customer has."""
    build_report(cast.phone_system)
    other = build_device(build_site(cast.bayview, "Harbor"), "Harbor phones")
    signed = build_report(other).health_check.report
    with acting(cast.dana):
        sign_health_report(report=signed, comment="All well but the disk.", actor=cast.dana)


def set_up_some(cast: Cast) -> tuple[Stop, ...]:
    """Have a machine that shows its key to be confirmed, and a question that was answered."""
    ids = build_setup(cast)
    with acting(cast.priya) as scope:
        ProbeRequest.objects.filter(pk=ids["question"]).update(
            answered_at=scope.now,
            outcome="alive",
            words="SIP answered 200 OK",
            facts={"sip.status": 200, "sip.server": "Asterisk PBX 22.10.1"},
        )
        connections = Connection.objects.filter(pk=ids["connection"])
        connections.update(driver="ssh", port=22, credential=ids["credential"])
        build_shown_key(connections.get(), "SHA256:Ab3dEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg")
    return (Stop("answer", f"/questions/{ids['question']}/"),)


def watch_some(cast: Cast) -> None:
    """Have equipment watched: with an outage, one that is over, days, and planned work."""
    check = watch(cast.phone_system, state="down")
    root = break_down(check)
    break_down(watch(build_device(cast.market_street), "Ping", "unreachable"), parent=root)
    watch(build_device(cast.market_street, "Switch"), "Switch answers", "suspect")
    with acting(cast.dana) as scope:
        now = scope.now
    ended = now - timedelta(days=1)
    break_down(
        watch(build_device(cast.market_street, "Reception phone")),
        ago=timedelta(days=1, hours=1),
        recovered_at=ended,
        closed_at=ended,
    )
    tell_change(check, now - timedelta(minutes=5), "suspect", "down")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(1, 20):
        down = 900 if days == 4 else 0
        starts_at = midnight - timedelta(days=days)
        tell_day(check, starts_at, up_seconds=86_400 - down, down_seconds=down)


def violations(page: Page, stop: Stop, looks: Looks = LOOKS) -> list[str]:
    """Return what axe finds on a page, in a line each."""
    stop.reach(page)
    lines = []
    for width, theme, options in looks:
        show(page, width, theme)
        # Not from a <script>: the policy of the page would rightly refuse it.
        found = Axe().run(page, options=options).response["violations"]
        lines += [
            f"{stop.name} {width} {theme}: {rule['id']} at {node['target']}: {node['html'][:160]}"
            for rule in found
            for node in rule["nodes"]
        ]
    return lines


def test_axe_finds_nothing_in_a_dialog_and_escape_closes_it(
    stage: Stage, committed_cast: Cast
) -> None:
    ticket = open_now(committed_cast, committed_cast.elena)
    page = stage.signed_in(committed_cast.dana)
    page.goto(f"/tickets/{ticket.reference}/")
    for key, heading in (("h", "Put on hold"), ("e", "Resolve"), ("?", "Keyboard shortcuts")):
        page.keyboard.press(key)
        dialog = page.locator("dialog[open]")
        expect(dialog).to_contain_text(heading)
        found = Axe().run(page, options=EVERYTHING).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found] == []
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
