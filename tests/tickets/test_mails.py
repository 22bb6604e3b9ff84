"""Every notice about tickets can be written from its payload alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template import Context
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from accounts.actions import hand_over_work
from accounts.capabilities import Role
from accounts.models import Membership
from calcom_portal.common.tenancy import database_now, provider_scope
from contracts.sla import Party, Priority
from notifications.bundles import Reader
from notifications.models import Notice
from tests.builders import build_person, build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, at
from tests.tickets.helpers import id_of, instant, opened
from tests.tickets.labour import logged, work
from tickets.actions import (
    answer_labour_question,
    approve_change,
    ask_about_labour,
    assign_ticket,
    change_priority,
    close_ticket,
    hold_ticket,
    merge_tickets,
    reopen_ticket,
    reply_to_ticket,
    resolve_ticket,
    schedule_ticket,
)
from tickets.models import Kind
from tickets.notices import KINDS
from tickets.sweeps.deadlines import sweep_deadlines

ZONE = ZoneInfo("America/Los_Angeles")


def everything_happens(cast: Cast, time: DatabaseTime) -> None:
    ticket, other, late, odd = (opened(cast, time) for _ in range(4))
    start = instant("2026-06-17T09:00:00-07:00")
    with acting(cast.priya):
        assign_ticket(ticket=ticket, technician_id=cast.dana.membership_id, actor=cast.priya)
    with acting(cast.dana):
        hold_ticket(ticket=ticket, party=Party.CUSTOMER, reason="Key", until=start, actor=cast.dana)
        change_priority(ticket=ticket, priority=Priority.MINOR, reason="One", actor=cast.dana)
        schedule_ticket(ticket=ticket, start=start, end=start + timedelta(hours=1), actor=cast.dana)
        merge_tickets(child=other, target=late, reason="Same card", actor=cast.dana)
        close_ticket(ticket=odd, actor=cast.dana)
        reply_to_ticket(ticket=ticket, text="We <b>come</b>.", actor=cast.dana)
        resolve_ticket(ticket=ticket, text="Done.", actor=cast.dana)
    with acting(cast.elena):
        reopen_ticket(ticket=ticket, text="No.", actor=cast.elena)
    build_price_list(cast.calcom)
    with acting(cast.amit):
        Membership.objects.filter(pk=id_of(cast.amit)).update(may_approve_changes=True)
    change = opened(cast, time, kind=Kind.PROGRAMMING.value)
    with acting(cast.amit):
        approve_change(ticket=change, actor=replace(cast.amit, may_approve_changes=True))
    time.set("2026-06-15T14:00:01-07:00")
    entry = logged(ticket, work("10:00", "10:30", day="2026-06-15"), cast.dana)
    with acting(cast.elena):
        question = ask_about_labour(entry=entry, text="Was it <b>so</b> long?", actor=cast.elena)
    with acting(cast.priya):
        answer_labour_question(question=question, text="It was.", actor=cast.priya)
    grace = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name="Grace T.")
    with acting(cast.amit):
        elena = Membership.objects.get(pk=id_of(cast.elena))
        hand_over_work(person=elena, successor_id=grace.membership_id, actor=cast.amit)
    sweep_deadlines()
    time.set("2026-06-16T09:05:00-07:00")
    sweep_deadlines()


def test_every_kind_happens_and_is_written_without_asking_the_database(
    cast: Cast, database_time: DatabaseTime
) -> None:
    everything_happens(cast, database_time)
    with provider_scope(provider_id=cast.calcom.pk):
        notices = {notice.kind: notice for notice in Notice.objects.order_by("pk")}
        assert set(notices) == {kind.code for kind in KINDS}
        reader = Reader("Elena Moreno", "elena@people.example", ZONE, database_now())
        with CaptureQueriesContext(connection) as queries:
            texts = {
                kind.code: written(kind.template, notices[kind.code], reader) for kind in KINDS
            }
    assert len(queries) == 0
    for text in texts.values():
        assert "CC-100" in text
        assert "  ," not in text
        assert "None" not in text
    assert "Nobody had answered it" in texts["ticket_closed"]
    assert "does not count as a response" in texts["ticket_received"]
    assert "Your answer" not in texts["ticket_held"]
    assert "waiting for your answer" in texts["ticket_held"]
    assert "We <b>come</b>." in texts["ticket_replied"]
    assert "from “Emergency” to “Minor problem”" in texts["priority_lowered"]
    assert "50 % of the time for an answer is used up" in texts["clock_warning"]
    assert "passed on Tue 16 Jun, 09:00 PDT" in texts["clock_breached"]
    assert "We noticed this 5 m after it happened." in texts["clock_breached"]


def test_the_customers_words_are_escaped_in_html(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    with at(database_time, "2026-06-15T11:00:00-07:00", cast.dana):
        reply_to_ticket(ticket=ticket, text="<script>x</script>", actor=cast.dana)
        notice = Notice.objects.get(kind="ticket_replied")
        reader = Reader("Elena Moreno", "elena@people.example", ZONE, database_now())
        context = {"payload": notice.payload, "reader": reader, "portal_url": "https://p.example"}
        html = get_template("tickets/mail/ticket_replied.html").render(context)
    assert "<script>x" not in html
    assert "&lt;script&gt;x" in html


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_each_kind_has_its_pair_of_templates(kind: object) -> None:
    for ending in ("txt", "html"):
        assert get_template(f"{kind.template}.{ending}") is not None  # type: ignore[attr-defined]


def written(template: str, notice: Notice, reader: Reader) -> str:
    context = {
        "payload": notice.payload,
        "reader": reader,
        "provider_name": "CalCom",
        "portal_url": "https://portal.example",
        "settings_url": "https://portal.example/profile/notices/",
    }
    engine = get_template(f"{template}.txt").template  # type: ignore[attr-defined]
    return str(engine.render(Context(context, autoescape=False)))
