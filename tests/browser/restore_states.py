"""Restores and rehearsals in every state, and the addresses of their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope
from tests.browser.state_world import Told, World, told
from tests.browser.stops import Stop
from upkeep.models import Restore
from upkeep.restores.preflight import Found, Weight

VERSION = Found("firmware", "The version is the same as then: 22.10.1.")
ROOM = Found("space", "The system does not tell how much room it has.", Weight.ASKS)
NEWER = Found("firmware", "The system runs 22.11.0, newer than the backup.", Weight.STOPS)
FINDINGS = [VERSION.to_dict(), ROOM.to_dict()]
FORWARD: tuple[Told, ...] = (
    ("check", "done", "The system can take the backup.", 280),
    ("safety", "done", "", 270),
    ("stage", "done", "Two parts lie beside the running system.", 190),
    ("stop", "done", "", 160),
)
TO_THE_END: tuple[Told, ...] = (
    *FORWARD,
    ("swap", "done", "", 150),
    ("start", "done", "", 130),
    ("verify", "done", "38 extensions sign in, as at the time of the backup.", 90),
    ("tidy", "done", "", 60),
)
AND_BACK: tuple[Told, ...] = (
    *FORWARD,
    ("swap", "done", "", 150),
    ("start", "failed", "The service asterisk.service did not start.", 140),
    ("stop_again", "done", "", 130),
    ("swap_back", "done", "", 120),
    ("start_again", "done", "", 110),
    ("verify_back", "done", "All is as it was before.", 80),
)
STUCK: tuple[Told, ...] = (*AND_BACK[:-2], ("start_again", "failed", "It did not start again.", 90))


def restore_states(world: World) -> tuple[Stop, ...]:
    dana, ruth = world.cast.dana.membership_id, world.cast.ruth.membership_id
    now = world.now
    long_ago = now - timedelta(minutes=15)
    wrong = {"problem": "The service asterisk.service did not start."}
    begun = {"begun_at": now - timedelta(seconds=300), "confirmed_at": now - timedelta(minutes=6)}
    begun["asked_at"] = now - timedelta(minutes=9)
    over = {**begun, "ended_at": now, "confirmed_by_id": ruth, "asked_by_id": dana}
    made = {
        "checking": _restore(world, findings=[], checked_at=None, look_at=now, asked_by_id=ruth),
        "to-confirm": _restore(world, asked_by_id=dana),
        "own": _restore(world, asked_by_id=ruth),
        "alone": _restore(world, asked_by_id=ruth, asked_at=long_ago),
        "unsafe": _restore(world, asked_by_id=dana, without_safety=True),
        "own-unsafe": _restore(world, asked_by_id=ruth, without_safety=True),
        "stopped": _restore(world, asked_by_id=dana, findings=[NEWER.to_dict()]),
        "unreachable": _restore(world, checked_at=None, findings=[], problem="It does not answer."),
        "planned": _restore(
            replace(world, backup=world.other),
            state="running",
            begins_at=now + timedelta(hours=5),
            ends_by=now + timedelta(hours=7),
        ),
        "running": told(
            _restore(world, state="running", **begun), (*FORWARD, ("swap", "began", "", 20))
        ),
        "restored": told(_restore(world, state="restored", took_seconds=245, **over), TO_THE_END),
        "taken-back": told(_restore(world, state="swapped_back", **over, **wrong), AND_BACK),
        "stuck": told(_restore(world, state="stuck", **begun, **wrong), STUCK),
        "failed": told(
            _restore(world, state="failed", ended_at=now, problem="No room on the system."),
            (("check", "failed", "No room on the system.", 60),),
        ),
        "cancelled": _restore(world, state="cancelled", ended_at=now, asked_by_id=dana),
        "rehearsal-failed": told(
            _restore(
                world, kind="rehearsal", state="failed", reason="", problem="A table is missing."
            ),
            (("unpack", "done", "", 90), ("compare", "failed", "A table is missing.", 60)),
        ),
    }
    stops = (Stop(f"restore-{name}", f"/restores/{one.pk}/") for name, one in made.items())
    return (*stops, Stop("restores", "/restores/"), Stop("restores-open", "/restores/?show=open"))


def _restore(world: World, **fields: Any) -> Restore:
    backup = world.backup
    usual = {
        "kind": "system",
        "state": "prepared",
        "reason": "The disk was replaced.",
        "findings": FINDINGS,
        "asked_at": world.now - timedelta(minutes=4),
        "checked_at": world.now,
        "ends_by": None if fields.get("kind") else world.now + timedelta(hours=2),
    }
    with provider_scope(provider_id=backup.provider_id):
        made: Restore = Restore.objects.create(
            provider_id=backup.provider_id,
            customer_id=backup.customer_id,
            device_id=backup.device_id,
            backup=backup,
            **usual | fields,
        )
        return made
