"""A backup is opened without us, by the lines of docs/runbook.md: Debian's age and zstd."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.lab.servers import missing
from tests.upkeep.taking import take_backup
from tests.vault_keys import BREAK_GLASS_IDENTITY, VAULT_IDENTITY
from upkeep.models import VaultKey

pytestmark = [pytest.mark.lab, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def tools() -> None:
    if gone := missing("age", "zstd"):
        assert os.environ.get("CI") != "true", gone
        pytest.skip(f"Opening by hand needs {', '.join(gone)}: sh tests/lab/install.sh")


def by_hand(command: str, *names: Path, given: bytes = b"") -> bytes:
    """Run a line of the runbook; $1, $2 … are the files."""
    line = ["bash", "-eo", "pipefail", "-c", command, "bash", *map(str, names)]
    return subprocess.run(line, input=given, capture_output=True, check=True, timeout=60).stdout


def customers_key(folder: Path) -> str:
    """Return the customer's key as the runbook takes it out of its row."""
    vault = folder / "vault.txt"
    vault.write_text(f"{VAULT_IDENTITY}\n")
    with system_scope("a test"):
        sealed = VaultKey.objects.get().sealed_identity
    opened = by_hand("base64 -d | age -d -i $1", vault, given=sealed.encode())
    return str(json.loads(opened)["identity"])


@pytest.mark.parametrize("whose", ["break-glass", "customer"])
def test_every_part_is_read_with_public_tools_and_one_key(
    cast: Cast, tmp_path: Path, settings: Any, whose: str
) -> None:
    take_backup(cast.phone_system)
    take_backup(cast.phone_system, b"[102]\n")
    shelf, key = Path(settings.BACKUP_STORE), tmp_path / "key.txt"
    identity = BREAK_GLASS_IDENTITY if whose == "break-glass" else customers_key(tmp_path)
    key.write_text(f"{identity}\n")
    newest = max(shelf.rglob("manifest.json.age"))
    manifest = json.loads(by_hand("age -d -i $1 $2", key, newest))["manifest"]
    assert manifest["device"]["name"] == "Main phone system"
    for part in manifest["parts"]:
        plain = by_hand("age -d -i $1 $2 | zstd -dc", key, shelf / part["object"])
        assert hashlib.sha256(plain).hexdigest() == part["plain_sha256"]
        if part["name"] == "config":
            (tmp_path / "config.tar").write_bytes(plain)
    listed = by_hand("tar -tf $1", tmp_path / "config.tar")
    assert listed == b"etc/asterisk/pjsip.conf\n"
