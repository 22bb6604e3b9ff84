"""What is told about contracts: that one changed, and that an end or a day for notice comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.capabilities import Role
from accounts.models import Membership
from accounts.viewer import Viewer
from contracts.day_words import spell_day
from contracts.models import Contract, Milestone
from contracts.reminding import renews_by_itself_on
from contracts.renewals import About, Reminder, last_day_for_notice
from notifications.kinds import NoticeKind
from notifications.outbox import NoticeDraft, queue_notices

GROUP = "Contracts"
CHANGED = NoticeKind(
    "contract_changed", "A contract changed", GROUP, "contracts/mail/contract_changed"
)
REMINDER = NoticeKind(
    "contract_reminder",
    "A contract ends soon, or notice must be given",
    GROUP,
    "contracts/mail/contract_reminder",
)
KINDS = (CHANGED, REMINDER)


def tell_change(
    contract: Contract, milestone: Milestone, on: date, sentences: Sequence[str], actor: Viewer
) -> None:
    """Tell the administrators of both sides what changed. Nobody is told of their own act."""
    written = contract.events.latest("pk").pk
    payload = {
        "milestone": milestone.label.lower(),
        "actor": actor.name,
        "on": spell_day(on),
        "sentences": list(sentences),
    }
    _tell(contract, CHANGED, f"{CHANGED.code}:{contract.pk}:{written}", payload, actor)


def tell_reminder(contract: Contract, reminder: Reminder, actor: Viewer) -> None:
    """Remind the administrators of both sides; once for each contract, rung and period."""
    renews_on = renews_by_itself_on(contract)
    payload = {
        "about": reminder.about.value,
        "ends_on": spell_day(contract.ends_on) if contract.ends_on else "",
        "is_ending": bool(contract.ending),
        "renews": renews_on is not None,
        "months": contract.renewal_months,
        "notice_by": _notice_by(contract, reminder),
    }
    key = f"{REMINDER.code}:{contract.pk}:{reminder.about}:{reminder.days}:{reminder.of}"
    _tell(contract, REMINDER, key, payload, actor)


def _notice_by(contract: Contract, reminder: Reminder) -> str:
    if reminder.about is About.NOTICE:
        return spell_day(reminder.of)
    if contract.ends_on is None or not contract.notice_days or contract.ending:
        return ""
    return spell_day(last_day_for_notice(contract.ends_on, contract.notice_days))


def _tell(
    contract: Contract, kind: NoticeKind, key: str, payload: dict[str, Any], actor: Viewer
) -> None:
    told = {"number": contract.number, "customer": contract.customer.name} | payload
    queue_notices(
        contract.provider_id,
        [
            NoticeDraft(
                recipient_id=pk,
                customer_id=contract.customer_id,
                kind=kind.code,
                subject_ref=contract.number,
                payload=told | _link(contract, role),
                event_key=key,
            )
            for pk, role in _administrators(contract)
            if pk != actor.membership_id
        ],
    )


def _administrators(contract: Contract) -> list[tuple[int, str]]:
    ours = Q(role=Role.PROVIDER_ADMIN.value)
    theirs = Q(role=Role.CUSTOMER_ADMIN.value, customer_id=contract.customer_id)
    people = Membership.objects.filter(ours | theirs, is_active=True)
    rows = people.filter(provider_id=contract.provider_id).order_by("pk")
    return list(rows.values_list("pk", "role"))


def _link(contract: Contract, role: str) -> dict[str, str]:
    if role == Role.CUSTOMER_ADMIN.value:
        return {"url": "/our-contract/", "url_label": "Read our contract"}
    return {
        "url": f"/contracts/{contract.pk}/",
        "url_label": f"Open contract {contract.number}",
    }
