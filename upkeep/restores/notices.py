"""What is told about restores and rehearsals."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from accounts.capabilities import CAPABILITIES, STAFF_ROLES, Capability, Role
from accounts.models import Membership
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from upkeep.models import Restore, RestoreState
from upkeep.restores.words import ended_words

GROUP = "Backups"
ENDED = NoticeKind(
    "restore_ended",
    "A restore has ended",
    GROUP,
    "upkeep/mail/restore_ended",
    audience=Audience.STAFF,
)
STUCK = NoticeKind(
    "restore_stuck",
    "A restore needs a technician now",
    GROUP,
    "upkeep/mail/restore_stuck",
    critical=True,
    audience=Audience.STAFF,
)
UNPROVEN = NoticeKind(
    "rehearsal_failed",
    "A backup could not be restored in a rehearsal",
    GROUP,
    "upkeep/mail/rehearsal_failed",
    audience=Audience.STAFF,
)
ALONE = NoticeKind(
    "restore_alone",
    "A restore was confirmed by whoever asked for it",
    GROUP,
    "upkeep/mail/restore_alone",
    critical=True,
    audience=Audience.STAFF,
)
WAITS = NoticeKind(
    "restore_waits",
    "A restore waits for a second person",
    GROUP,
    "upkeep/mail/restore_waits",
    critical=True,
    audience=Audience.STAFF,
)
KINDS = (WAITS, ENDED, STUCK, UNPROVEN, ALONE)
MAY_RESTORE = tuple(
    role.value for role in STAFF_ROLES if Capability.RESTORE_SYSTEMS in CAPABILITIES[role]
)
LEADS = (Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value)


def tell_waiting(restore: Restore) -> None:
    """Tell everybody who may confirm it that somebody asked for a restore."""
    _queue(WAITS, restore, second_people(restore))


def second_people(restore: Restore) -> list[int]:
    """Return who may confirm a restore besides whoever asked for it. One query."""
    rows = Membership.objects.filter(
        provider=restore.provider_id, role__in=MAY_RESTORE, is_active=True, customer=None
    )
    others = rows.exclude(pk=restore.asked_by_id or 0).order_by("pk")
    return list(others.values_list("pk", flat=True))


def tell_ended(restore: Restore) -> None:
    """Tell who asked and who confirmed; of one that is stuck, whoever leads as well."""
    both = (restore.asked_by_id, restore.confirmed_by_id)
    people = [person for person in both if person is not None]
    if restore.state == RestoreState.STUCK:
        _queue(STUCK, restore, {*people, *_leads(restore)})
    else:
        _queue(ENDED, restore, set(people))


def tell_unproven(restore: Restore) -> None:
    """Tell whoever leads that a backup could not be restored."""
    _queue(UNPROVEN, restore, _leads(restore))


def tell_alone(restore: Restore) -> None:
    """Tell whoever leads, but for the one who did it, that nobody else confirmed a restore."""
    _queue(ALONE, restore, set(_leads(restore)) - {restore.confirmed_by_id or 0})


def _leads(restore: Restore) -> list[int]:
    rows = Membership.objects.filter(
        provider=restore.provider_id, role__in=LEADS, is_active=True, customer=None
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _queue(kind: NoticeKind, restore: Restore, people: Iterable[int]) -> None:
    at = restore.ended_at or restore.confirmed_at or restore.asked_at
    payload = {
        "device": restore.device.name,
        "customer": restore.customer.name,
        "site": restore.device.site.name,
        "sentence": ended_words(restore),
        "problem": restore.problem,
        "reason": restore.alone_reason or restore.reason,
        "asked_by": restore.asked_by.name if restore.asked_by else "",
        "at": at.isoformat(),
        "url": reverse("restore", args=[restore.pk]),
        "url_label": "See the steps",
    }
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=restore.customer_id,
            kind=kind.code,
            subject_ref=f"Restore {restore.pk}",
            payload=payload,
            # One that was resumed ends again.
            event_key=f"{kind.code}:{restore.pk}:{restore.attempts}",
            critical=kind.critical,
        )
        for person in sorted(people)
    ]
    if drafts:
        queue_notices(restore.provider_id, drafts)
