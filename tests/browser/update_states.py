"""Campaigns and updates in every state, and the addresses of their pages."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.models import Device
from tests.browser.journeys import open_now
from tests.browser.state_world import Told, World, told
from tests.browser.stops import Stop
from tests.builders import build_device
from tests.cast import Cast
from tests.upkeep.firmware.world import build_advisory, build_product, build_release, runs
from upkeep.models import Campaign, FirmwareConsent, FirmwareRelease, FirmwareUpdate

UPDATED: tuple[Told, ...] = (
    ("prepare", "done", "The system runs 22.10.1, and nobody is on the telephone.", 900),
    ("backup", "done", "", 840),
    ("update", "done", "asterisk 22.10.2 is installed.", 600),
    ("verify", "done", "38 extensions sign in, as before.", 500),
    ("afterwards", "done", "", 400),
)


def update_states(world: World) -> tuple[tuple[Stop, ...], tuple[Stop, ...]]:
    cast, now = world.cast, world.now
    systems = [build_device(cast.market_street, f"Phone system {letter}") for letter in "ABCDEF"]
    product = build_product(cast, *systems)
    release = build_release(cast, product, notes="Mends calls that could be listened to.")
    build_advisory(cast, product)
    runs(cast, systems[0], "22.10.1")
    draft = _campaign(world, release, "draft", "Phone systems, next month")
    running = _campaign(world, release, "running", "Phone systems to 22.10.2", method="apt")
    paused = _campaign(
        world, release, "paused", "Lab to 22.10.2", pause_reason="Phone system B was taken back."
    )
    done = _campaign(world, release, "done", "Annexe to 22.10.2", ended_at=now)
    cancelled = _campaign(world, release, "cancelled", "Depot to 22.10.2", ended_at=now)
    _update(cancelled, build_device(cast.market_street, "Depot phones"), "left_out")
    backups = {"before_backup": world.backup, "after_backup": world.backup}
    over = {"begun_at": now - timedelta(minutes=16), "ended_at": now, **backups}
    ticket = open_now(cast, cast.elena, kind="firmware", subject="Phone systems to 22.10.2")
    with_ticket = {"ticket": ticket, "method": "apt"}
    a, b, c, d, e, f = systems
    rows = {
        "draft": _update(draft, a, "draft"),
        "updated": told(_update(running, a, "updated", **with_ticket, **over), UPDATED),
        "running": told(
            _update(running, b, "running", wave=2, step="verify", **with_ticket), UPDATED[:3]
        ),
        "planned": _update(running, c, "planned", wave=2, **with_ticket),
        "by-hand": _update(running, d, "by_hand", wave=2, ticket=ticket),
        "declined": _update(running, e, "declined", wave=2, ticket=ticket),
        "left-out": _update(running, f, "left_out", wave=2),
        "recorded": _update(
            done,
            c,
            "updated",
            evidence="Read off the display: 22.10.2.",
            done_by_id=cast.dana.membership_id,
            **over,
        ),
        "taken-back": told(
            _update(
                paused,
                b,
                "rolled_back",
                problem="Extension 101 could not sign in.",
                **with_ticket,
                **over,
            ),
            (
                *UPDATED[:3],
                ("verify", "failed", "Extension 101 could not sign in.", 300),
                ("roll_back", "done", "", 200),
                ("prove_back", "done", "38 extensions sign in, as before.", 100),
            ),
        ),
        "failed": told(
            _update(
                paused, c, "failed", problem="The package is not in the repository.", ended_at=now
            ),
            (("prepare", "failed", "The package is not in the repository.", 60),),
        ),
    }
    _answered(cast, rows["planned"], agreed=True, note="Not before six.")
    _answered(cast, rows["declined"], agreed=False, note="We are moving that week.")
    updates = [Stop(f"update-{name}", f"/firmware/updates/{one.pk}/") for name, one in rows.items()]
    of_campaign = {
        name: f"/firmware/campaigns/{one.pk}/"
        for name, one in zip(
            ("draft", "running", "paused", "done", "cancelled"),
            (draft, running, paused, done, cancelled),
            strict=True,
        )
    }
    staff = (
        *updates,
        Stop("update-record", f"/firmware/updates/{rows['by-hand'].pk}/record/"),
        *(Stop(f"campaign-{name}", path) for name, path in of_campaign.items()),
        Stop("campaign-start", f"{of_campaign['draft']}start/"),
        Stop("campaign-resume", f"{of_campaign['paused']}resume/"),
        Stop("campaigns", "/firmware/campaigns/"),
        Stop("version-known", f"/firmware/devices/{a.pk}/version/"),
        Stop("campaign-new-for", f"/firmware/releases/{release.pk}/campaign/"),
    )
    ticket_page = Stop("update-ticket", f"/tickets/{ticket.reference}/")
    return (*staff, ticket_page), (Stop("our-firmware", "/our-firmware/"), ticket_page)


def _campaign(
    world: World, release: FirmwareRelease, state: str, title: str, **fields: Any
) -> Campaign:
    with provider_scope(provider_id=release.provider_id):
        made: Campaign = Campaign.objects.create(
            provider_id=release.provider_id,
            release=release,
            title=title,
            reason="It closes a hole through which calls can be listened to.",
            state=state,
            starts_on=world.now.date(),
            opens_at=time(22),
            minutes=240,
            weekdays=[2, 3, 4],
            package="asterisk",
            made_at=world.now - timedelta(days=3),
            made_by_id=world.cast.priya.membership_id,
            **fields,
        )
        return made


def _update(campaign: Campaign, device: Device, state: str, **fields: Any) -> FirmwareUpdate:
    usual = {
        "wave": 1,
        "method": "hand",
        "title": campaign.title,
        "reason": campaign.reason,
        "former": "22.10.1",
        "target": "22.10.2",
        "is_covered": True,
        "cover": "Covered by clause FIRMWARE.",
        "step": "prepare",
    }
    with provider_scope(provider_id=campaign.provider_id):
        made: FirmwareUpdate = FirmwareUpdate.objects.create(
            provider_id=campaign.provider_id,
            customer_id=device.customer_id,
            campaign=campaign,
            device=device,
            state=state,
            **usual | fields,
        )
        return made


def _answered(cast: Cast, update: FirmwareUpdate, *, agreed: bool, note: str) -> None:
    with provider_scope(provider_id=update.provider_id) as scope:
        FirmwareConsent.objects.create(
            provider_id=update.provider_id,
            customer_id=update.customer_id,
            update=update,
            agreed=agreed,
            name="Amit Bhatt",
            given_by_id=cast.amit.membership_id,
            note=note,
            at=scope.now - timedelta(days=1),
        )
