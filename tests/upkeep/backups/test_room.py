"""Backups take room of the provider's plan, like the files that people attach."""

from __future__ import annotations

import pytest

from accounts.room import PlanFull, Resource, count
from calcom_portal.common.tenancy import provider_scope, system_scope
from tests.accounts.test_room import limit
from tests.cast import Cast
from tests.upkeep.taking import begin_backup, take_backup
from upkeep.backups.writing import BackupSink
from upkeep.models import Backup, BackupState, StoredObject

pytestmark = pytest.mark.django_db


def used(cast: Cast) -> int:
    with provider_scope(provider_id=cast.calcom.pk):
        return count(Resource.STORAGE)


def manifests() -> int:
    with system_scope("a test"):
        rows = StoredObject.objects.exclude(manifest_of=None)
        return sum(rows.values_list("stored_bytes", flat=True))


def test_what_lies_in_the_store_counts_and_equal_parts_count_once(cast: Cast) -> None:
    assert used(cast) == 0
    first = take_backup(cast.phone_system)
    assert used(cast) == first.stored_bytes + manifests() > first.stored_bytes > 0
    take_backup(cast.phone_system)
    assert used(cast) == first.stored_bytes + manifests()
    with system_scope("a test"):
        StoredObject.objects.update(gone_at=first.stored_at)
    assert used(cast) == 0


def test_a_plan_without_room_takes_no_backup_and_says_so(cast: Cast) -> None:
    first = take_backup(cast.phone_system)
    limit(cast, storage=used(cast))
    backup = begin_backup(cast.phone_system)
    with pytest.raises(PlanFull, match="The plan Trial has room for 0 MB storage"):
        BackupSink(backup)
    limit(cast, storage=used(cast) + 1)
    assert BackupSink(backup).folder
    with system_scope("a test"):
        assert Backup.objects.get(pk=first.pk).state == BackupState.STORED
