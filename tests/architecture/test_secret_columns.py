"""No archive holds a secret: every column that sounds like one is left out, or says why not."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps

from accounts.leaving import owned_models
from accounts.models import Provider
from accounts.provider_takeout import MACHINERY, write_provider_takeout
from accounts.secret_columns import is_secret
from accounts.takeout import parts_of_takeout
from calcom_portal.common.grants import is_owned
from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast

SOUNDS_SECRET = re.compile(
    r"hash|token|secret|seal|passw|passphrase|\bpin\b|nonce|salt|private|cipher|(^|_)lease_|"
    r"checkpoint|user_id|(^|_)keys?(_|$)|(^|_)mac$|identity"
)
# Columns that sound like a secret and are none.
OPEN = {
    "monitoring_connection.host_key": "the public key of a device",
    "monitoring_connection.host_key_seen": "the public key of a device",
    "monitoring_connection.host_key_confirmed_at": "when somebody looked at that key",
    "monitoring_connection.host_key_confirmed_by_id": "who looked at that key",
    "monitoring_credential.key_id": "which of our keys sealed it, not the key",
    "monitoring_siteagent.public_key": "a public key",
    "notifications_notice.dedupe_key": "what keeps a notice from going out twice",
    "notifications_notice.digest_key": "what goes into one mail",
    "notifications_notice.event_key": "what a notice is about",
    "tickets_verdict.sealed_at": "when a verdict was sealed",
    "upkeep_backupplan.drop_keys": "public keys of a device that brings its backups",
    "upkeep_storedobject.key": "the name of an object in the store",
    "upkeep_storedobject.plain_mac": "the fingerprint of a backup, made with a key",
}


def columns() -> dict[str, str]:
    """Return every column of rows that belong to a tenant, as table.column."""
    models = [model for model in apps.get_models() if is_owned(model) and model not in MACHINERY]
    return {
        f"{model._meta.db_table}.{one.attname}": one.attname
        for model in models
        for one in model._meta.concrete_fields
    }


def test_every_column_that_sounds_secret_is_left_out_or_says_why_not() -> None:
    sounding = {place for place, name in columns().items() if SOUNDS_SECRET.search(name)}
    kept = {place for place in sounding if not is_secret(columns()[place])}
    assert kept - OPEN.keys() == set(), "Name it in secret_columns, or here with the reason."
    assert OPEN.keys() <= kept


@pytest.mark.parametrize(
    "place",
    [
        "accounts_apikey.secret_hash",
        "accounts_invitation.token_hash",
        "accounts_membership.user_id",
        "monitoring_check.token_hash",
        "monitoring_credential.sealed",
        "monitoring_siteagent.code_hash",
        "notifications_notice.lease_token",
        "upkeep_backup.token",
        "upkeep_backupplan.drop_secret_hash",
        "upkeep_changefile.sealed_after",
        "upkeep_changefile.sealed_before",
        "upkeep_changesheet.sealed_answers",
        "upkeep_vaultkey.sealed_identity",
    ],
)
def test_the_secrets_that_there_are_stay_out(place: str) -> None:
    assert is_secret(columns()[place])


def test_no_part_of_a_customers_take_out_has_one() -> None:
    assert not [name for part in parts_of_takeout() for name in part.columns if is_secret(name)]


def test_the_archive_of_a_provider_has_none_of_these_columns(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        file = BytesIO()
        write_provider_takeout(file, Provider.objects.get(), lambda *_: None)
    with ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith("data/")]
        rows: list[dict[str, Any]] = [
            row for name in names for row in json.loads(archive.read(name))
        ]
    assert len(names) == len([model for model in owned_models() if model not in MACHINERY])
    assert len(rows) > 20
    assert not {column for row in rows for column in row if is_secret(column)}
