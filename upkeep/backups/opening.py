"""Opening a part of a backup to its end, as a restore would. In the vault only."""

from __future__ import annotations

import hashlib

from upkeep.backups.customer_keys import identity_for
from upkeep.models import Backup, BackupPart
from upkeep.store.age_streams import BUFFER
from upkeep.store.errors import ObjectDamaged, ObjectMissing
from upkeep.store.keys import Place
from upkeep.store.manifest import manifest_in
from upkeep.store.objects import object_store
from upkeep.store.parts import open_part
from upkeep.store.structure import checker_for

OTHER_CONTENT = "What is in it is not what its manifest says."


def problem_inside(backup: Backup, part: BackupPart) -> str:
    """Decrypt and unpack a part, check its form and its hash; return what is wrong, or "".

    Raises NoVaultKey and StoreUnavailable: they say nothing about the backup.
    """
    stored, digest, checker = part.stored_object, hashlib.sha256(), checker_for(part.form)
    identity = identity_for(Place(backup.provider_id, backup.customer_id), stored.recipients)
    try:
        with open_part(object_store(), stored.key, identity) as plain:
            while piece := plain.read(BUFFER):
                digest.update(piece)
                checker.feed(piece)
    except (ObjectDamaged, ObjectMissing) as error:
        return error.message
    bad = [one.words for one in checker.end() if one.is_bad]
    if digest.hexdigest() != _promised(backup, part):
        bad.append(OTHER_CONTENT)
    return " ".join(bad)


def _promised(backup: Backup, part: BackupPart) -> str:
    parts = manifest_in(backup.manifest)["parts"]
    return next((str(one["plain_sha256"]) for one in parts if one["name"] == part.name), "")
