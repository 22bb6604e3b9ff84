"""What people are told of firmware by mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from accounts.capabilities import Role
from accounts.models import Membership
from contracts.day_words import spell_day
from notifications.kinds import Audience, NoticeKind
from notifications.outbox import NoticeDraft, queue_notices
from upkeep.models import Campaign, FirmwareConsent, FirmwareUpdate, UpdateState
from upkeep.updating.answers import may_speak
from upkeep.updating.words import ask_words, device_names

GROUP = "Firmware"
TEMPLATE = "upkeep/mail/firmware"
LEADS = (Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value)
ASKED = NoticeKind(
    "firmware_asked",
    "An update of your systems needs your consent",
    GROUP,
    TEMPLATE,
    audience=Audience.CUSTOMERS,
)
PLANNED = NoticeKind(
    "firmware_planned",
    "An update of your systems is planned",
    GROUP,
    TEMPLATE,
    audience=Audience.CUSTOMERS,
)
TAKEN = NoticeKind(
    "firmware_answer_taken",
    "An answer of yours was taken by telephone",
    GROUP,
    TEMPLATE,
    audience=Audience.CUSTOMERS,
)
FAILED = NoticeKind(
    "firmware_failed",
    "An update did not work out, and nothing of it is left",
    GROUP,
    TEMPLATE,
    audience=Audience.STAFF,
)
STUCK = NoticeKind(
    "firmware_stuck",
    "An update could be neither finished nor taken back",
    GROUP,
    TEMPLATE,
    critical=True,
    audience=Audience.STAFF,
)
PAUSED = NoticeKind(
    "campaign_paused",
    "A campaign of updates paused itself",
    GROUP,
    TEMPLATE,
    audience=Audience.STAFF,
)
KINDS = (ASKED, PLANNED, TAKEN, FAILED, STUCK, PAUSED)
OF_STATE = {
    UpdateState.FAILED: FAILED,
    UpdateState.ROLLED_BACK: FAILED,
    UpdateState.STUCK: STUCK,
}


def tell_customer(campaign: Campaign, updates: Sequence[FirmwareUpdate]) -> int:
    """Tell a customer of its devices in a campaign; return how many people are told."""
    asks = any(one.asks_consent for one in updates)
    kind, customer_id = (ASKED if asks else PLANNED), updates[0].customer_id
    words = {
        "title": "May we update your systems?" if asks else "We update your systems",
        "text": f"{campaign.reason} {ask_words(updates)}",
        "devices": device_names(updates),
        "version": campaign.release.version,
        "from": spell_day(campaign.starts_on),
        "url": reverse("our_firmware"),
        "url_label": "Answer" if asks else "See the updates",
    }
    people = may_speak(customer_id).values_list("pk", flat=True)
    return _tell(kind, campaign, customer_id, people, f"{campaign.pk}:{customer_id}", words)


def tell_taken(answer: FirmwareConsent, updates: Sequence[FirmwareUpdate]) -> int:
    """Tell those who may answer what was written down for them; return how many are told."""
    campaign = updates[0].campaign
    did = "agreed" if answer.agreed else "declined"
    words = {
        "title": f"We wrote down that {answer.name} {did}",
        "text": f"{answer.taken_name} took this answer by telephone. If it is not right, change it"
        " on your page of updates: you can until a device's turn begins.",
        "devices": device_names(updates),
        "version": updates[0].target,
        "url": reverse("our_firmware"),
        "url_label": "See the answer",
    }
    people = may_speak(answer.customer_id).values_list("pk", flat=True)
    return _tell(TAKEN, campaign, answer.customer_id, people, str(answer.pk), words)


def tell_trouble(update: FirmwareUpdate) -> int:
    """Tell who leads that an update went wrong; return how many are told."""
    kind = OF_STATE.get(UpdateState(update.state))
    if kind is None:
        return 0
    words = {
        "title": f"{update.device.name}: {update.get_state_display().lower()}",
        "text": update.problem,
        "devices": device_names([update]),
        "version": update.target,
        "url": reverse("firmware_update", args=[update.pk]),
        "url_label": "See the steps",
    }
    key = f"{update.pk}:{update.state}"
    return _tell(kind, update.campaign, update.customer_id, _leads(update.campaign), key, words)


def tell_paused(campaign: Campaign) -> int:
    """Tell who leads that a campaign paused itself; return how many are told."""
    words = {
        "title": f"“{campaign.title}” paused itself",
        "text": campaign.pause_reason,
        "devices": [],
        "version": campaign.release.version,
        "url": reverse("campaign", args=[campaign.pk]),
        "url_label": "See the campaign",
    }
    key = f"{campaign.pk}:{campaign.most_failures}"
    return _tell(PAUSED, campaign, None, _leads(campaign), key, words)


def _leads(campaign: Campaign) -> list[int]:
    rows = Membership.objects.filter(
        provider=campaign.provider_id, role__in=LEADS, is_active=True, customer=None
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _tell(
    kind: NoticeKind,
    campaign: Campaign,
    customer_id: int | None,
    people: Iterable[int],
    key: str,
    words: dict[str, Any],
) -> int:
    drafts = [
        NoticeDraft(
            recipient_id=person,
            customer_id=customer_id,
            kind=kind.code,
            subject_ref=f"Campaign {campaign.pk}",
            payload=words,
            event_key=f"{kind.code}:{key}",
            critical=kind.critical,
        )
        for person in people
    ]
    return queue_notices(campaign.provider_id, drafts) if drafts else 0
