"""Manifests are walked like every other ledger; a provider's objects go with it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.leaving import erase_files
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.upkeep.taking import take_backup
from upkeep.models import Backup

pytestmark = pytest.mark.django_db


def walked() -> str:
    said = StringIO()
    call_command("verify_ledgers", stdout=said, stderr=said)
    return said.getvalue()


def test_the_manifests_of_every_system_are_walked(cast: Cast) -> None:
    take_backup(cast.phone_system, b"one")
    take_backup(cast.phone_system, b"two")
    assert "holds   CalCom, manifests of backups" in walked()


def test_a_backup_that_was_changed_or_taken_away_breaks_the_ledger(cast: Cast) -> None:
    first = take_backup(cast.phone_system, b"one")
    take_backup(cast.phone_system, b"two")
    with system_scope("a test"):
        Backup.objects.filter(pk=first.pk).update(manifest=first.manifest.replace("22.10.1", "9"))
    with pytest.raises(CommandError, match="1 breaks found"):
        walked()
    with system_scope("a test"):
        Backup.objects.filter(pk=first.pk).update(manifest="", digest="")
    with pytest.raises(CommandError, match="1 breaks found"):
        walked()


def test_a_providers_objects_go_with_it_and_no_others(cast: Cast, settings: Any) -> None:
    take_backup(cast.phone_system)
    other = Path(settings.BACKUP_STORE) / f"p{cast.northline.pk}" / "c1/config.zst.age"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"another provider's")
    erase_files(cast.calcom.pk)
    left = [path for path in Path(settings.BACKUP_STORE).rglob("[!.]*") if path.is_file()]
    assert left == [other]
