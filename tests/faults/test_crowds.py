"""Many people at the same thing in the same moment."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.capabilities import Role
from accounts.models import AuditEntry
from accounts.viewer import Viewer
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope
from tests.builders import build_person
from tests.cast import Cast
from tests.faults.world import assert_world
from tests.stage import acting, browser_of
from tests.tickets.helpers import request_of
from tickets.access import access_ticket
from tickets.actions import claim_ticket, open_ticket
from tickets.models import Clock, Fact, Message, Ticket

pytestmark = pytest.mark.faults


def test_fifty_technicians_claim_twenty_tickets_and_each_has_one_winner(
    committed_cast: Cast,
) -> None:
    with acting(committed_cast.elena):
        references = [
            open_ticket(request=request_of(committed_cast), actor=committed_cast.elena).reference
            for _ in range(20)
        ]
    crew = [build_person(committed_cast.calcom, Role.TECHNICIAN) for _ in range(50)]
    together = Barrier(len(crew))

    with ThreadPoolExecutor(len(crew)) as pool:
        won = list(pool.map(lambda person: _claim_all(person, references, together), crew))

    with provider_scope(provider_id=committed_cast.calcom.pk):
        owners = dict(Ticket.objects.values_list("reference", "assignee_id"))
        claims = AuditEntry.objects.filter(action="ticket.claimed").count()
    winners = {
        reference: person.membership_id
        for person, mine in zip(crew, won, strict=True)
        for reference in mine
    }
    assert sum(len(mine) for mine in won) == 20
    assert owners == winners
    assert claims == 20
    assert_world(committed_cast)


def _claim_all(person: Viewer, references: list[str], together: Barrier) -> list[str]:
    order = random.Random(person.membership_id).sample(references, len(references))
    won = []
    together.wait(60)
    try:
        for reference in order:
            try:
                with acting(person):
                    claim_ticket(ticket=access_ticket(person, reference), actor=person)
                won.append(reference)
            except RuleBroken:
                continue
    finally:
        connection.close()
    return won


def test_the_same_form_posted_twenty_times_at_once_makes_one_ticket(committed_cast: Cast) -> None:
    clients = [browser_of(committed_cast.elena) for _ in range(20)]
    form = {
        "submission": str(uuid.uuid4()),
        "kind": "problem",
        "device": str(committed_cast.phone_system.pk),
        "handset": "dead",
        "phones": "all",
        "callers": "no",
        "words": "Both front desk phones are dead.",
    }
    together = Barrier(len(clients))

    def post(number: int) -> tuple[int, str]:
        together.wait(60)
        try:
            answer = clients[number].post("/tickets/new/", form)
            return answer.status_code, answer.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = set(pool.map(post, range(len(clients))))

    assert len(answers) == 1
    status, location = answers.pop()
    assert status == 303
    with provider_scope(provider_id=committed_cast.calcom.pk):
        ticket = Ticket.objects.get()
        assert ticket.reference in location
        assert Message.objects.count() == 1
        assert Fact.objects.filter(kind="opened").count() == 1
        assert Clock.objects.filter(metric="respond").count() == 1
    assert_world(committed_cast)
