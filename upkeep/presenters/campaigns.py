"""What the pages of campaigns show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.viewer import Viewer
from calcom_portal.common.parts import Moment
from calcom_portal.common.tenancy import database_now
from monitoring.work_page import WEEKDAYS
from upkeep.actions._campaigns import NOT_BEGUN
from upkeep.actions.answer_campaign import may_answer
from upkeep.actions.record_update import RECORDABLE
from upkeep.firmware.course import LABELS, Step
from upkeep.firmware.waves import Course
from upkeep.models import (
    Campaign,
    CampaignState,
    FirmwareConsent,
    FirmwareStep,
    FirmwareUpdate,
    UpdateState,
)
from upkeep.updating.answers import ANSWERABLE, newest_answers
from upkeep.updating.facts import BY_HAND, DONE
from upkeep.updating.planning import window_of
from upkeep.updating.turns import BADLY, COURSES, turn_of

OPEN = (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)
ENDED_WELL, LEFT = (UpdateState.UPDATED,), (UpdateState.LEFT_OUT, UpdateState.DECLINED)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the updates of a campaign, or of a wave of it, are."""

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many devices are to be updated; those left out are not."""
        return sum(self.counts.values()) - self._of(LEFT)

    @property
    def done(self) -> int:
        """Return how many have the new version."""
        return self._of(ENDED_WELL)

    @property
    def badly(self) -> int:
        """Return how many went wrong."""
        return self._of(BADLY)

    @property
    def asking(self) -> int:
        """Return for how many a customer is asked."""
        return self._of((UpdateState.ASKING,))

    @property
    def by_hand(self) -> int:
        """Return how many wait for a technician."""
        return self._of((UpdateState.BY_HAND,))

    def _of(self, states: Sequence[UpdateState]) -> int:
        return sum(self.counts.get(state.value, 0) for state in states)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list."""

    campaign: Campaign
    tally: Tally


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """A device of a campaign, and what its customer said last."""

    update: FirmwareUpdate
    answer: FirmwareConsent | None

    @property
    def may_leave_out(self) -> bool:
        """Can it still be left out?"""
        return self.update.state in NOT_BEGUN


def campaigns_page(request: ViewerRequest) -> dict[str, Any]:
    """Return what the list shows. Two queries, however many there are."""
    rows = Campaign.objects.select_related("release__product_model")
    listed = keyset_page(request, rows, key="made_at", newest_first=True)
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    updates = FirmwareUpdate.objects.filter(campaign__in=[one.pk for one in listed.rows])
    for row in updates.values("campaign", "state").annotate(n=Count("pk")):
        counts[row["campaign"]][row["state"]] = row["n"]
    return {
        "lines": [CampaignLine(one, Tally(counts[one.pk])) for one in listed.rows],
        "pager": listed.pager,
    }


def campaign_page(request: ViewerRequest, campaign: Campaign) -> dict[str, Any]:
    """Return what the page of a campaign shows. Five queries, however many devices it has."""
    every = list(FirmwareUpdate.objects.filter(campaign=campaign).only("wave", "state", "ended_at"))
    by_wave: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for update in every:
        by_wave[update.wave][update.state] += 1
    rows = FirmwareUpdate.objects.filter(campaign=campaign)
    rows = rows.select_related("device__site", "customer", "ticket")
    listed = keyset_page(request, rows, key="wave")
    answers = newest_answers([one.pk for one in listed.rows])
    is_running, now = campaign.state == CampaignState.RUNNING, database_now()
    return {
        "campaign": campaign,
        "tally": Tally(Counter(one.state for one in every)),
        "waves": {wave: Tally(counts) for wave, counts in sorted(by_wave.items())},
        "turn": turn_of(campaign, every, now) if is_running and _has_turns(every) else None,
        "days": day_words(campaign.weekdays),
        "hours": hour_words(campaign.opens_at, campaign.minutes),
        "lines": [UpdateLine(one, answers.get(one.pk)) for one in listed.rows],
        "pager": listed.pager,
        "can_change": request.viewer.can(Capability.MANAGE_FIRMWARE),
        "is_open": campaign.state in OPEN,
    }


def _has_turns(updates: Sequence[FirmwareUpdate]) -> bool:
    """Is there a device whose turn it may be? While customers are asked there may be none."""
    return any(COURSES.get(UpdateState(one.state)) is Course.OPEN for one in updates)


def update_page(viewer: Viewer, update: FirmwareUpdate) -> dict[str, Any]:
    """Return what the page of one device's update shows. Two queries."""
    manages, works = viewer.can(Capability.MANAGE_FIRMWARE), viewer.can(Capability.WORK_TICKETS)
    return {
        "update": update,
        "campaign": update.campaign,
        "moments": moments_of(update, list(update.steps.order_by("number"))),
        "answers": list(update.consents.order_by("-pk")),
        "next_opening": next_opening(update, database_now()),
        "is_live": update.state == UpdateState.RUNNING,
        "can_leave_out": manages and update.state in NOT_BEGUN,
        "can_take_answer": works and update.asks_consent and update.state in ANSWERABLE,
        "can_record": works and update.state in RECORDABLE,
    }


def next_opening(update: FirmwareUpdate, now: datetime) -> datetime | None:
    """Return when a planned update may begin at the earliest by its hours."""
    if update.state != UpdateState.PLANNED:
        return None
    window, zone = window_of(update.campaign), ZoneInfo(update.device.site.zone)
    return None if window.is_open(now, zone) else window.next_opening(now, zone)


def moments_of(update: FirmwareUpdate, rows: Sequence[FirmwareStep]) -> list[Moment]:
    """Return the steps that were done, and the one that is being done."""
    moments = [
        Moment(
            when=row.at,
            title=title_of(row.code),
            text=row.words if row.outcome == DONE else f"Did not work. {row.words}",
            place="past" if row.outcome == DONE else "failed",
        )
        for row in rows
    ]
    if update.state == UpdateState.RUNNING:
        moments.append(Moment(None, title_of(update.step), place="now"))
    return moments


def title_of(code: str) -> str:
    """Return the words of a step."""
    return "Done by hand" if code == BY_HAND else LABELS[Step(code)]


def day_words(weekdays: Sequence[int]) -> str:
    """Return "Tue, Wed, Thu", or "every day"."""
    if len(weekdays) == len(WEEKDAYS):
        return "every day"
    return ", ".join(WEEKDAYS[number - 1][:3] for number in weekdays)


def hour_words(opens_at: time, minutes: int) -> str:
    """Return "22:00 to 02:00"."""
    closes_at = datetime.combine(date.min, opens_at) + timedelta(minutes=minutes)
    return f"{opens_at:%H:%M} to {closes_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class OurCampaign:
    """The devices of one customer in a campaign, as the customer reads it."""

    campaign_id: int
    title: str
    reason: str
    target: str
    lines: Sequence[UpdateLine]
    can_answer: bool

    @property
    def covers(self) -> list[str]:
        """Return who pays, each sentence once."""
        return list(dict.fromkeys(line.update.cover for line in self.lines if line.update.cover))

    @property
    def was_taken(self) -> bool:
        """Was the newest answer to one of them given by telephone?"""
        return any(line.answer and line.answer.said_at for line in self.lines)

    @property
    def waits(self) -> bool:
        """Does a device wait for the customer's answer?"""
        return any(
            line.answer is None and line.update.state == UpdateState.ASKING for line in self.lines
        )


def our_firmware_page(viewer: Viewer) -> dict[str, Any]:
    """Return what a customer's page of updates shows. Two queries."""
    rows = FirmwareUpdate.objects.exclude(state=UpdateState.LEFT_OUT.value)
    rows = rows.select_related("device__site", "ticket").order_by("-campaign_id", "pk")[:SHOWN]
    answers = newest_answers([one.pk for one in rows])
    grouped: defaultdict[int, list[UpdateLine]] = defaultdict(list)
    for update in rows:
        grouped[update.campaign_id].append(UpdateLine(update, answers.get(update.pk)))
    may = may_answer(viewer)
    return {"ours": [_ours(pk, lines, may=may) for pk, lines in grouped.items()]}


def _ours(campaign_id: int, lines: Sequence[UpdateLine], *, may: bool) -> OurCampaign:
    first = lines[0].update
    asked = any(one.update.asks_consent and one.update.state in ANSWERABLE for one in lines)
    return OurCampaign(
        campaign_id, first.title, first.reason, first.target, lines, can_answer=may and asked
    )
