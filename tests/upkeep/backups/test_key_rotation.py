"""New keys of backups: what comes has the new one, and what is there opens all the same."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from calcom_portal.age_keys import new_identity, recipient_of
from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.upkeep.taking import take_backup
from tests.vault_keys import VAULT_IDENTITY
from upkeep.models import Backup, StoredObject, VaultKey
from upkeep.sweeps.open_backups import open_backup

pytestmark = pytest.mark.django_db


def rotate(*given: str) -> str:
    said = StringIO()
    call_command("rotate_backup_keys", *given, stdout=said)
    return said.getvalue()


@pytest.fixture
def new_vault(settings: Any) -> str:
    """Give the vault a new pair, beside the former key."""
    settings.VAULT_IDENTITY = new_identity()
    settings.VAULT_RECIPIENT = recipient_of(settings.VAULT_IDENTITY)
    settings.FORMER_VAULT_IDENTITIES = [VAULT_IDENTITY]
    return str(settings.VAULT_IDENTITY)


@pytest.fixture
def backup(cast: Cast) -> Backup:
    return take_backup(cast.phone_system)


def test_backups_open_with_the_new_key_of_the_vault_when_the_former_is_gone(
    backup: Backup, new_vault: str, settings: Any
) -> None:
    assert open_backup(backup.pk), "the former key opens it until everything has the new one"
    assert rotate() == "1 keys were sealed with the present key of the vault.\n"
    settings.FORMER_VAULT_IDENTITIES = []
    assert open_backup(backup.pk)
    assert rotate().startswith("0 keys")
    with system_scope("a test"):
        assert AuditEntry.objects.filter(action="backup_key.resealed").count() == 1


def test_a_key_that_nobody_opens_is_named_and_left(
    backup: Backup, new_vault: str, settings: Any
) -> None:
    settings.FORMER_VAULT_IDENTITIES = []
    with system_scope("a test"):
        before = VaultKey.objects.get()
    with pytest.raises(CommandError, match=f"1 open with none of the given keys: {before.pk}"):
        rotate()
    with system_scope("a test"):
        assert VaultKey.objects.get().sealed_identity == before.sealed_identity


@pytest.mark.parametrize("held", ["", new_identity()], ids=["none", "another"])
def test_only_whoever_holds_the_key_of_the_vault_seals_anew(
    backup: Backup, settings: Any, held: str
) -> None:
    settings.VAULT_IDENTITY = held
    with pytest.raises(CommandError, match="not the private half of VAULT_RECIPIENT"):
        rotate()


def test_a_customer_gets_a_new_pair_and_its_former_backups_open(cast: Cast, backup: Backup) -> None:
    said = rotate("--new-for", str(cast.bayview.pk))
    assert said.startswith(f"Customer {cast.bayview.pk} gets a new key with its next backup.")
    second = take_backup(cast.phone_system)
    with system_scope("a test"):
        former, present = VaultKey.objects.order_by("pk")
        used = {
            one.pk: [part.stored_object.recipients[0] for part in one.parts.all()]
            for one in Backup.objects.all()
        }
        # The same content again: it would open for the former key too.
        assert StoredObject.objects.filter(manifest_of=None).count() == 4
    assert used == {backup.pk: [former.recipient] * 2, second.pk: [present.recipient] * 2}
    assert (former.retired_at is not None, present.retired_at) == (True, None)
    assert open_backup(backup.pk)
    assert open_backup(second.pk)


def test_a_customer_without_a_key_in_use_is_told_so(cast: Cast) -> None:
    with pytest.raises(CommandError, match="has no key in use"):
        rotate("--new-for", str(cast.bayview.pk))
