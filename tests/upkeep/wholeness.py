"""Is what lies in the store what its rows say, and nothing else?"""

from __future__ import annotations

from pathlib import Path

from calcom_portal.common.tenancy import system_scope
from upkeep.backups.ledger import verify_manifests
from upkeep.models import Backup, BackupState, StoredObject
from upkeep.store.manifest import manifest_in
from upkeep.store.names import MANIFEST
from upkeep.sweeps.open_backups import open_backup


def is_whole(shelf: Path, provider_id: int) -> bool:
    """Are there exactly the objects that manifests name, and does every one open?"""
    with system_scope("a test"):
        stored = list(Backup.objects.filter(state=BackupState.STORED.value))
        rows = set(StoredObject.objects.filter(gone_at=None).values_list("key", flat=True))
        broken = verify_manifests(provider_id)
    manifests = [manifest_in(one.manifest) for one in stored]
    named = {part["object"] for manifest in manifests for part in manifest["parts"]}
    named |= {f"{manifest['folder']}/{MANIFEST}" for manifest in manifests}
    there = {path.relative_to(shelf).as_posix() for path in shelf.rglob("[!.]*") if path.is_file()}
    assert (broken, there) == ([], named)
    assert rows == named
    return all(open_backup(one.pk) for one in stored)
