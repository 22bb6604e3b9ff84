"""The one way in: whoever takes a backup, its bytes and rows are written here.

    sink = BackupSink(backup)          # a row with a lease of ours: state and `token`
    with sink.part("config", Form.TAR) as part:
        part.write(data)               # as often as there is more
        part.finish()                  # the source told its end
    sink.finish(firmware="22.10.1", baseline={…}, warnings=[…])

`part`, `write`, `finish` of a part and `step` ask no database, so they may be called in an event
loop; the sink itself, `keep`, `finish` and `fail` may not. Killed anywhere in between, nothing
counts: rows are written in one transaction, and objects without rows are swept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db.models import Sum

from accounts.audit import record
from accounts.room import Resource, refuse_full
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.tenancy import system_scope
from upkeep.actions.note_damage import note_damage
from upkeep.backups.customer_keys import recipients_of
from upkeep.backups.damage import Damage
from upkeep.backups.marking import ready_store
from upkeep.backups.reusing import Formers, read_formers
from upkeep.backups.rows import Told, write_backup
from upkeep.models import Backup, BackupPart, BackupPlan, BackupState, StoredObject
from upkeep.store.errors import OverQuota, PartBroken
from upkeep.store.keys import Place
from upkeep.store.names import ENDING, checked_part_name, folder_of
from upkeep.store.parts import PartWriter, Sealed

log = logging.getLogger(__name__)

WORKER = "Backups"
REASON = "write down a backup"
# Whoever takes a backup tells of itself more often than this (`keep`).
LEASE = timedelta(minutes=5)
# age puts a line of random length into each header: equal contents differ in size by less.
GREASE = 1024
BEING_TAKEN = (BackupState.WAITING.value, BackupState.RUNNING.value)


class NotOurs(RuleBroken):
    """Another worker has the backup now, or it has its end already."""

    code = "backup-not-ours"
    title = "Somebody else takes this backup"

    def __init__(self, backup: Backup) -> None:
        super().__init__(
            f"Backup {backup.name} is taken by another worker, or is over.",
            remedy="Nothing is to be done: what was written here was dropped.",
        )


class BackupSink:
    """Takes the parts of one backup. `done_bytes` is how much came so far.

    Raises PlanFull where the provider has no room left, NoVaultKey, and StoreUnavailable where the
    folder of the store is not the one that the portal knows.
    """

    def __init__(self, backup: Backup) -> None:
        self.backup = backup
        self.sealed: list[Sealed] = []
        self.words = backup.step
        self._writers: list[PartWriter] = []
        actor = Viewer.system(WORKER, provider_id=backup.provider_id)
        refuse_full(Resource.STORAGE, actor=actor)
        self._store = ready_store()
        self._place = Place(backup.provider_id, backup.customer_id)
        self._recipients = recipients_of(self._place)
        with system_scope(REASON) as scope:
            self._begun = backup.begun_at or scope.now
            self._room = _room_of(backup)
            self._formers = {} if self._room is None else _sizes_of(backup)
        self.folder = folder_of(
            provider_id=backup.provider_id,
            customer_id=backup.customer_id,
            device_id=backup.device_id,
            begun=self._begun,
            name=backup.name,
            attempt=backup.token,
        )

    @property
    def done_bytes(self) -> int:
        """Return how many plain bytes came so far."""
        return sum(writer.plain_bytes for writer in self._writers)

    def part(self, name: str, form: str) -> PartWriter:
        """Give a part to write to. Raises BadInput for a name that is no name, or is there."""
        if checked_part_name(name) in {writer.name for writer in self._writers}:
            raise BadInput(f"There are two parts {name}.", field="name", remedy="Name one anew.")
        writer = PartWriter(
            self._store,
            f"{self.folder}/{name}{ENDING}",
            name=name,
            form=form,
            recipients=self._recipients,
            room=self._left(name),
            finished=self.sealed.append,
        )
        self._writers.append(writer)
        return writer

    def step(self, words: str) -> None:
        """Say what is done now; `keep` tells it."""
        self.words = words[:160]

    def keep(self) -> None:
        """Stay the owner for another `LEASE`, and tell how far it is. Raises NotOurs."""
        with system_scope("tell how a backup goes") as scope:
            mine = Backup.objects.filter(
                pk=self.backup.pk, token=self.backup.token, state__in=BEING_TAKEN
            )
            if not mine.update(
                step=self.words, done_bytes=self.done_bytes, look_at=scope.now + LEASE
            ):
                raise NotOurs(self.backup)

    def finish(
        self,
        firmware: str = "",
        baseline: Mapping[str, Any] | None = None,
        warnings: Iterable[str] = (),
    ) -> Backup:
        """Write the manifest and every row at once; the backup is stored then.

        Raises PartBroken when there is no part, or one was not finished; OverQuota when what is new
        of it has no room; NotOurs when the lease was lost. Then no object is left.
        """
        try:
            self._refuse_unfinished()
            formers = read_formers(self.backup, self.sealed, self._recipients, self.keep)
            self._refuse_no_room(formers)
            with system_scope(REASON):
                backup = self._locked()
                told = Told(firmware, baseline or {}, list(warnings))
                written = write_backup(
                    backup,
                    self.sealed,
                    told,
                    folder=self.folder,
                    recipients=self._recipients,
                    whole=formers.whole,
                )
                actor = Viewer.system(WORKER, provider_id=backup.provider_id)
                record(actor, "backup.stored", backup, bytes=backup.stored_bytes)
        except BaseException:
            self._drop_objects()
            raise
        for key in written.doubles:
            self._delete(key)
        self._note_damage(backup, formers.damages)
        return backup

    def fail(self, problem: str) -> Backup:
        """Leave nothing of it, and say why in words. Raises NotOurs when the lease was lost."""
        self._drop_objects()
        with system_scope(REASON):
            backup = self._locked()
            backup.state, backup.problem = BackupState.FAILED.value, problem[:500]
            backup.look_at, backup.step = None, ""
            backup.save(update_fields=["state", "problem", "look_at", "step"])
            actor = Viewer.system(WORKER, provider_id=backup.provider_id)
            record(actor, "backup.failed", backup)
        return backup

    def abandon(self) -> None:
        """Leave no object and change no row: another worker takes it from the start."""
        self._drop_objects()

    def _note_damage(self, backup: Backup, found: Sequence[Damage]) -> None:
        """Tell of former parts that are damaged, now that there is a good backup."""
        if not found:
            return
        try:
            with system_scope("note damage of former parts"):
                actor = Viewer.system(WORKER, provider_id=backup.provider_id)
                note_damage(device=backup.device, found=found, actor=actor)
        except Exception:
            # The backup is stored, and must not fail for this: the vault finds the damage again.
            log.exception("backup.damage_not_noted name=%s", backup.name)

    def _locked(self) -> Backup:
        rows = Backup.objects.select_for_update(of=("self",)).select_related(
            "device__customer", "device__site", "plan"
        )
        backup: Backup | None = rows.filter(
            pk=self.backup.pk, token=self.backup.token, state__in=BEING_TAKEN
        ).first()
        if backup is None:
            raise NotOurs(self.backup)
        backup.begun_at = self._begun
        return backup

    def _refuse_unfinished(self) -> None:
        if not self.sealed or len(self.sealed) != len(self._writers):
            raise PartBroken(
                "The backup has no part, or one that did not reach its end.",
                remedy="Nothing of it was kept. Take it again.",
            )

    def _left(self, name: str) -> int | None:
        """Return what a part may take. What equals its former self takes nothing in the end."""
        if self._room is None:
            return None
        more = sum(max(one.stored_bytes - self._formers.get(one.name, 0), 0) for one in self.sealed)
        return max(self._room - more, 0) + self._formers.get(name, 0)

    def _refuse_no_room(self, formers: Formers) -> None:
        new = {one.plain_sha256: one.stored_bytes for one in self.sealed}
        needed = sum(size for plain, size in new.items() if plain not in formers.equal)
        if self._room is not None and needed > self._room:
            raise OverQuota

    def _drop_objects(self) -> None:
        for writer in self._writers:
            writer.abandon()

    def _delete(self, key: str) -> None:
        # A store that is away keeps it until orphans are swept.
        with suppress(Exception):
            self._store.delete(key)


def _room_of(backup: Backup) -> int | None:
    """Return how many bytes the quota of the system leaves; None without one."""
    plan = BackupPlan.objects.filter(device_id=backup.device_id).first()
    if plan is None or plan.quota_bytes is None:
        return None
    kept = StoredObject.objects.filter(device_id=backup.device_id, gone_at=None)
    return max(plan.quota_bytes - (kept.aggregate(sum=Sum("stored_bytes"))["sum"] or 0), 0)


def _sizes_of(backup: Backup) -> dict[str, int]:
    """Return by name how large at most a part is that equals the newest one in the store."""
    rows = BackupPart.objects.filter(
        backup__device_id=backup.device_id, stored_object__gone_at=None
    )
    newest = rows.order_by("name", "-pk").distinct("name")
    sizes = newest.values_list("name", "stored_object__stored_bytes")
    return {name: size + GREASE for name, size in sizes}
