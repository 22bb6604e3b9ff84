"""The steps of a restore onto the system itself (clause RESTORE). One call is one step.

What a step needs of the rows it reads in a transaction of its own; the system is asked outside any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now, provider_scope
from monitoring.actions.plan_maintenance import WorkPlan, plan_maintenance
from monitoring.models import Connection
from upkeep.actions.ask_backup import ask_backup
from upkeep.backups.plan_settings import checked_plan_settings
from upkeep.device_lock import busy_with
from upkeep.drivers.base import SETTINGS, DriverFailed
from upkeep.drivers.character_sets import character_sets
from upkeep.drivers.databases import cannot_swap
from upkeep.drivers.giving import GIVERS, Giver, Handover, Piece, Sight
from upkeep.drivers.targets import Database, target_of
from upkeep.models import BackupPlan, BackupState, Level, Restore, Trigger
from upkeep.reach import reach_of
from upkeep.restores.comparing import comparable, in_short
from upkeep.restores.dumps import immobile_in
from upkeep.restores.facts import add_fact
from upkeep.restores.holding import mine
from upkeep.restores.parts import kept_parts, part_names
from upkeep.restores.preflight import (
    Artifact,
    Found,
    Looked,
    look_at_system,
    look_in_books,
    look_in_dumps,
    must_accept,
    stops,
)
from upkeep.restores.steps import Outcome, Step
from upkeep.restores.work import Done, Result, StepFailed, Waits, Work

WORKER = "Restore worker"
# Phones register again one by one.
VERIFY_PATIENCE = timedelta(minutes=10)
VERIFY_AGAIN = timedelta(seconds=10)
BACKUP_PATIENCE = timedelta(hours=2)
BACKUP_AGAIN = timedelta(seconds=3)
BUSY_AGAIN = timedelta(seconds=15)
OUTAGE_MINUTES = 60
UNOPENED = "it was stored, but could not be opened and checked."


@dataclass(frozen=True, slots=True)
class Scene:
    """Who gives what to whom."""

    giver: Giver
    handover: Handover
    artifact: Artifact
    baseline: dict[str, object]


def look_before(work: Work) -> list[Found]:
    """Look whether the system can take the backup; changes nothing. For the preflight."""
    scene = _scene(work)
    sight = asyncio.run(scene.giver.look(scene.handover))
    return _judged(scene, sight)


def _judged(scene: Scene, sight: Sight) -> list[Found]:
    looked = Looked(
        sight.firmware,
        sight.free_bytes,
        sight.missing_tools,
        sight.database_free_bytes,
        sight.absent_databases,
    )
    return [
        *look_in_books(scene.artifact),
        *look_at_system(scene.artifact, looked),
        *look_in_dumps(_refusals(scene.handover)),
    ]


def _refusals(handover: Handover) -> Iterator[str]:
    """Read the dumps before anything is changed: an event would begin to work once loaded."""
    for piece in handover.pieces:
        if isinstance(piece.target, Database):
            with piece.open() as plain:
                if found := immobile_in(plain):
                    yield cannot_swap(piece.target.name, found)


def check(work: Work) -> Result:
    """Look once more, now that it counts, and remember how the system is."""
    with mine(work.held) as restore:
        if restore.ends_by is not None and database_now() >= restore.ends_by:
            raise StepFailed("The agreed time was over before it could begin.")
        if busy := busy_with(restore.device_id, but=restore):
            return Waits(BUSY_AGAIN, f"Waits: {busy}")
        accepted = set(restore.accepted or ())
    scene = _scene(work)
    sight = asyncio.run(scene.giver.look(scene.handover))
    findings = _judged(scene, sight)
    if found := stops(findings):
        raise StepFailed(in_short(one.words for one in found))
    if new := [one.words for one in findings if one.code in must_accept(findings) - accepted]:
        raise StepFailed(f"Nobody accepted this: {in_short(new)}")
    if sight.baseline is None:
        return Done("The system cannot tell how it is now.", {"baseline": None})
    return Done("The system can take the backup.", {"baseline": sight.baseline})


def safety(work: Work) -> Result:
    """Have a backup of the present state taken, and wait for it."""
    with mine(work.held) as restore:
        backup = restore.safety_backup
        if backup is None:
            restore.safety_backup = ask_backup(
                device=restore.device,
                trigger=Trigger.SAFETY,
                ticket=restore.ticket,
                actor=Viewer.system(WORKER, provider_id=restore.provider_id),
            )
            restore.save(update_fields=["safety_backup"])
            return Waits(BACKUP_AGAIN, "A backup of the present state is being taken.")
        if backup.state == BackupState.STORED and backup.level >= Level.OPENED:
            return Done(f"Kept as backup {backup.name}.")
        problem = backup.problem or UNOPENED
        if backup.state in (BackupState.WAITING, BackupState.RUNNING):
            if database_now() > backup.asked_at + BACKUP_PATIENCE:
                raise StepFailed("The backup of the present state was not taken within two hours.")
            return Waits(BACKUP_AGAIN)
        if not restore.without_safety:
            raise StepFailed(
                f"The present state could not be backed up: {problem} If nothing is left to save,"
                " prepare the restore again and say so."
            )
        restore.saved_nothing = True
        restore.save(update_fields=["saved_nothing"])
        return Done(f"There is none, as was agreed: {problem}", {"saved_nothing": True})


def stage(work: Work) -> Result:
    """Bring the parts beside their places."""
    return _give(work, lambda scene: scene.giver.stage(scene.handover))


def stop(work: Work) -> Result:
    """Stop the services, unless the agreed time is over; the outage is planned work."""
    with mine(work.held) as restore:
        if restore.ends_by is not None and database_now() >= restore.ends_by:
            raise StepFailed("The agreed time was over before the service was stopped.")
        if "maintenance" not in work.told:
            # With its fact in one transaction: whoever takes over plans no second one.
            planned = {"maintenance": _plan_outage(restore)}
            add_fact(restore, Step.STOP, Outcome.NOTED, facts=planned)
    return _give(work, lambda scene: scene.giver.stop(scene.handover))


def swap(work: Work) -> Result:
    """Put the parts in place."""
    return _give(work, lambda scene: scene.giver.swap(scene.handover))


def start(work: Work) -> Result:
    """Start the services."""
    return _give(work, lambda scene: scene.giver.start(scene.handover))


def verify(work: Work) -> Result:
    """Compare with the baseline that was kept with the backup, for as long as phones may need."""
    scene = _scene(work)
    with mine(work.held) as restore:
        baseline = comparable(scene.baseline, part_names(restore))
    if not baseline:
        return Done("There is nothing that was kept to compare with.")
    return _compare(work, scene, baseline, "All is as it was at the time of the backup.")


def verify_back(work: Work) -> Result:
    """Compare with what the system was like before the restore."""
    before = work.told.get("baseline")
    if not isinstance(before, dict):
        return Done("The system could not tell before either how it was.")
    return _compare(work, _scene(work), before, "All is as it was before the restore.")


def clear(work: Work) -> Result:
    """Remove what was brought."""
    return _give(work, lambda scene: scene.giver.clear(scene.handover))


def swap_back(work: Work) -> Result:
    """Put back what was there."""
    return _give(work, lambda scene: scene.giver.swap_back(scene.handover))


DOING: Mapping[Step, Callable[[Work], Result]] = {
    Step.CHECK: check,
    Step.SAFETY: safety,
    Step.STAGE: stage,
    Step.STOP: stop,
    Step.SWAP: swap,
    Step.START: start,
    Step.VERIFY: verify,
    Step.TIDY: clear,
    Step.STOP_AGAIN: lambda work: _give(work, lambda scene: scene.giver.stop(scene.handover)),
    Step.SWAP_BACK: swap_back,
    Step.START_AGAIN: start,
    Step.VERIFY_BACK: verify_back,
    Step.CLEAR: clear,
}


def _give(work: Work, act: Callable[[Scene], object]) -> Done:
    scene = _scene(work)
    asyncio.run(act(scene))  # type: ignore[arg-type]
    return Done()


def _compare(work: Work, scene: Scene, baseline: dict[str, object], well: str) -> Result:
    try:
        findings = asyncio.run(scene.giver.verify(scene.handover, baseline))
        bad = [one.words for one in findings if one.is_bad]
        remarks = [one.words for one in findings if not one.is_bad]
    except DriverFailed as error:
        bad, remarks = [str(error)], []
    if not bad:
        return Done(in_short([well, *remarks]))
    with mine(work.held):
        now = database_now()
    since = datetime.fromisoformat(work.told["since"]) if "since" in work.told else now
    if now >= since + VERIFY_PATIENCE:
        raise StepFailed(in_short(bad))
    words = f"Not yet: {in_short(bad)}"
    return Waits(VERIFY_AGAIN, words, {"since": since.isoformat()})


def _scene(work: Work) -> Scene:
    """Read the rows, and open what is sealed: it lives as long as the step."""
    with mine(work.held) as restore:
        plan, connection = _plan_of(restore)
        parts = kept_parts(restore)
        settings = checked_plan_settings(plan.driver, plan.settings)
        then = restore.backup.baseline.get(SETTINGS) or settings
        pieces = [
            Piece(part.name, target, part.open)
            for part in parts
            if (target := target_of(plan.driver, then, part.name)) is not None
        ]
        if len(pieces) < len(parts):
            raise StepFailed("The plan of the system does not name where all parts belong.")
        backup = restore.backup
        told = character_sets(backup.baseline)
        handover = Handover(reach_of(connection), settings, f"r{restore.pk}", tuple(pieces), told)
        artifact = Artifact(
            level=backup.level,
            is_damaged=backup.damaged_at is not None,
            plain_bytes=sum(part.plain_bytes for part in parts),
            firmware=backup.firmware,
            forms={part.name: part.form for part in parts},
            dump_bytes=sum(part.plain_bytes for part in parts if part.form == "sql"),
            character_sets=frozenset(told),
        )
        baseline = {name: value for name, value in backup.baseline.items() if name != SETTINGS}
        return Scene(GIVERS[plan.driver], handover, artifact, baseline)


def _plan_of(restore: Restore) -> tuple[BackupPlan, Connection]:
    rows = BackupPlan.objects.select_related("connection__credential", "connection__device")
    plan: BackupPlan | None = rows.filter(device=restore.device_id).first()
    if plan is None or plan.connection is None or plan.driver not in GIVERS:
        raise StepFailed("The system has no connection any more over which it could be restored.")
    return plan, plan.connection


def _plan_outage(restore: Restore) -> int:
    """Plan the outage, so that nobody is woken by it."""
    now = database_now()
    plan = WorkPlan(
        customer_id=restore.customer_id,
        title="Restoring a backup",
        starts_on=now.date(),
        starts_at=now.time().replace(second=0, microsecond=0, tzinfo=None),
        zone="UTC",
        minutes=OUTAGE_MINUTES,
        device_id=restore.device_id,
    )
    actor = Viewer.system(WORKER, provider_id=restore.provider_id)
    # Planned work is the staff's: workers may read it only.
    with provider_scope(provider_id=restore.provider_id):
        return int(plan_maintenance(plan=plan, actor=actor).pk)
