"""Planning a campaign: which devices, when, how careful. Nothing happens before it is started."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, time

from django.db import transaction

from accounts.audit import record
from accounts.capabilities import Capability
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import database_now
from contracts.days import today_of_provider
from tickets.text import checked_line
from upkeep.firmware import charging
from upkeep.firmware.standing import GOOD
from upkeep.firmware.windows import WEEK
from upkeep.models import Campaign, FirmwareAdvisory, FirmwareRelease, FirmwareUpdate, Method
from upkeep.updating.planning import agree, concerned, drafts

# Debian policy, 5.6.7: what a package may be called.
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]{1,79}")
MINUTES, REST_HOURS, FAILURES = (15, 12 * 60), (0, 14 * 24), (0, 100)


@dataclass(frozen=True, slots=True)
class CampaignWish:
    """A campaign as somebody plans it. Times are those of each site's wall."""

    title: str
    reason: str
    starts_on: date
    opens_at: time
    minutes: int = 240
    weekdays: tuple[int, ...] = field(default=(1, 2, 3, 4, 5))
    rest_hours: int = 24
    most_failures: int = 0
    asks_consent: bool = True
    method: Method = Method.HAND
    package: str = ""
    charged_minutes: int = charging.USUAL_MINUTES


@transaction.atomic
def plan_campaign(
    *,
    release: FirmwareRelease,
    wish: CampaignWish,
    advisory: FirmwareAdvisory | None = None,
    actor: Viewer,
) -> Campaign:
    """Write down a campaign with an update for every device that is concerned.

    Raises NotAllowed; RuleBroken for a release that is not approved, or that no device needs;
    BadInput naming the field.
    """
    actor.require(Capability.MANAGE_FIRMWARE)
    _refuse_unapproved(release, advisory)
    _refuse_without_file(wish, release)
    wish = _with_words_checked(wish)
    _refuse_odd(wish, today_of_provider(actor.provider_id, database_now()))
    found = concerned(release, advisory)
    if not found:
        raise RuleBroken(
            f"No device needs {release.version}: every one that tells its version has it, or is in"
            " another campaign.",
            remedy="Write down the versions of devices that tell none.",
        )
    campaign = _campaign(release, wish, advisory, actor)
    updates = drafts(campaign, found)
    for update in updates:
        agree(update, campaign.charged_minutes, campaign.made_at)
    FirmwareUpdate.objects.bulk_create(updates)
    record(actor, "campaign.planned", campaign, id=campaign.pk, devices=len(updates))
    return campaign


def _with_words_checked(wish: CampaignWish) -> CampaignWish:
    return replace(
        wish,
        title=checked_line(wish.title, field="title", what="The title", limit=120),
        reason=checked_line(wish.reason, field="reason", what="The reason", limit=500),
    )


def _campaign(
    release: FirmwareRelease, wish: CampaignWish, advisory: FirmwareAdvisory | None, actor: Viewer
) -> Campaign:
    campaign: Campaign = Campaign.objects.create(
        provider_id=actor.provider_id,
        release=release,
        advisory=advisory,
        title=wish.title,
        reason=wish.reason,
        method=wish.method.value,
        package=wish.package if wish.method is Method.APT else "",
        asks_consent=wish.asks_consent,
        starts_on=wish.starts_on,
        opens_at=wish.opens_at,
        minutes=wish.minutes,
        weekdays=sorted(set(wish.weekdays)),
        rest_hours=wish.rest_hours,
        most_failures=wish.most_failures,
        charged_minutes=wish.charged_minutes,
        made_by_id=actor.membership_id,
        made_at=database_now(),
    )
    return campaign


def _refuse_unapproved(release: FirmwareRelease, advisory: FirmwareAdvisory | None) -> None:
    if release.status not in GOOD:
        raise RuleBroken(
            f"{release.version} is not approved: {release.get_status_display().lower()}.",
            remedy="Approve the release first, or choose another one.",
        )
    if advisory is not None and (
        advisory.product_model_id != release.product_model_id or advisory.withdrawn_at is not None
    ):
        raise RuleBroken("This advisory is withdrawn, or about another model.")


def _refuse_without_file(wish: CampaignWish, release: FirmwareRelease) -> None:
    if wish.method is Method.HTTP and not (release.file_url and release.file_sha256):
        raise BadInput(
            f"The catalogue does not say where the file of {release.version} is, and what it has to"
            " be.",
            field="method",
            remedy="Add its address and its SHA-256 to the release.",
        )


def _refuse_odd(wish: CampaignWish, today: date) -> None:
    if wish.starts_on < today:
        raise BadInput("This day is past.", field="starts_on", remedy="Choose today or later.")
    for name, (least, most) in (
        ("minutes", MINUTES),
        ("rest_hours", REST_HOURS),
        ("most_failures", FAILURES),
        ("charged_minutes", charging.MINUTES),
    ):
        if not least <= getattr(wish, name) <= most:
            raise BadInput(f"Give a number from {least} to {most}.", field=name)
    if not wish.weekdays or set(wish.weekdays) - WEEK:
        raise BadInput("Choose one day of the week at least.", field="weekdays")
    if wish.method is Method.APT and not PACKAGE.fullmatch(wish.package):
        raise BadInput(
            "This is no name of a package.",
            field="package",
            remedy="Write it as apt does, such as asterisk.",
        )
