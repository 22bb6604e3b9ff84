"""Whom a sweep tells, and what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from accounts.capabilities import STAFF_ROLES
from accounts.models import Membership, Provider
from calcom_portal.common.tenancy import database_now
from notifications.outbox import NoticeDraft, queue_notices
from tickets.notices import BREACHED, METRIC_WORDS, PRIORITY_LABELS, WARNING, link_words
from tickets.people import DESK_ROLES, desk_of
from tickets.sweeps.batch import BREACH, Fired, newly


class Team:
    """The active people of one provider, by the roles that matter here."""

    def __init__(self, provider_id: int) -> None:
        roles = [role.value for role in STAFF_ROLES]
        rows = Membership.objects.filter(
            provider_id=provider_id, role__in=roles, is_active=True
        ).order_by("pk")
        self.roles = dict(rows.values_list("pk", "role"))
        self.desk = desk_of({pk: role for pk, role in self.roles.items() if role in DESK_ROLES})
        minutes = Provider.objects.values_list("acknowledge_minutes", flat=True).get(pk=provider_id)
        self.answer_within = timedelta(minutes=minutes)

    def told(self, one: Fired) -> list[int]:
        """Return who is told: whoever has the ticket, else the desk; of a miss the desk always."""
        assignee = one.due.assignee_id
        if assignee not in self.roles:
            return self.desk
        if one.highest.share < BREACH:
            return [assignee]
        return list(dict.fromkeys([assignee, *self.desk]))


def tell_rungs(fired: Sequence[Fired], recorded: set[tuple[int, int]], batch_name: str) -> int:
    """Queue one notice for each new highest rung and person; return how many.

    What one batch found for one person carries one digest key, and travels as one mail.
    """
    told = [one for one in newly(fired, recorded) if one.tells]
    told.sort(key=lambda one: one.due.provider_id)
    count = 0
    for provider_id, of_provider in groupby(told, key=lambda one: one.due.provider_id):
        team = Team(provider_id)
        drafts = [
            draft for one in of_provider for draft in _drafts(one, team, batch_name, database_now())
        ]
        count += queue_notices(provider_id, drafts)
    return count


def _drafts(one: Fired, team: Team, batch_name: str, now: datetime) -> list[NoticeDraft]:
    is_miss = one.highest.share == BREACH
    payload = _words(one, now)
    return [
        NoticeDraft(
            recipient_id=person,
            customer_id=one.due.customer_id,
            kind=(BREACHED if is_miss else WARNING).code,
            subject_ref=one.due.reference,
            payload=payload,
            event_key=f"rung:{one.due.clock_id}:{one.highest.share}",
            digest_key=f"sweep:{batch_name}:{person}",
            critical=is_miss,
            acknowledge_by=now + team.answer_within if is_miss else None,
        )
        for person in team.told(one)
    ]


def _words(one: Fired, now: datetime) -> dict[str, Any]:
    due = one.due
    return {
        "reference": due.reference,
        "subject": due.subject,
        "customer": due.customer_name,
        "priority": PRIORITY_LABELS.get(due.priority, due.priority),
        "due": due.due_at.isoformat() if due.due_at else None,
        "due_for": METRIC_WORDS.get(due.metric, ""),
        "share": one.highest.share,
        "reached_at": one.highest.at.isoformat(),
        "earlier": [[rung.share, rung.at.isoformat()] for rung in one.rungs[:-1]],
        "stopped_at": due.stopped_at.isoformat() if due.stopped_at else None,
        "noticed_late_by": int((now - one.highest.at).total_seconds()),
        **link_words(due.reference),
    }
