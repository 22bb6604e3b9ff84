"""What is known of a release, and what of that cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from calcom_portal.common.errors import BadInput
from tickets.text import checked_line
from upkeep.drivers.phone_files import is_address_of_file
from upkeep.firmware.standing import Status
from upkeep.models import FirmwareRelease

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A release as somebody enters it. `file_sha256` is the hash of the maker's file, in hex.

    `file_url` is where a phone system fetches that file for its phones.
    """

    version: str
    status: Status
    released_on: date | None = None
    ends_on: date | None = None
    file_sha256: str = ""
    file_url: str = ""
    notes: str = ""


def write_facts(release: FirmwareRelease, facts: ReleaseFacts) -> None:
    """Put facts into a row, not saved. Raises BadInput with the field."""
    release.version = checked_line(facts.version, field="version", what="The version", limit=80)
    _refuse_without_number(release.version)
    _refuse_taken(release)
    release.status, release.notes = facts.status.value, facts.notes
    release.released_on, release.ends_on = facts.released_on, facts.ends_on
    release.file_url = facts.file_url.strip()
    if release.file_url and not is_address_of_file(release.file_url):
        raise BadInput(
            "This is no address of a file.",
            field="file_url",
            remedy="Write it whole: https://maker.example/T46S-66.86.0.20.rom",
        )
    release.file_sha256 = facts.file_sha256.strip().lower()
    if release.file_sha256 and not SHA256.fullmatch(release.file_sha256):
        raise BadInput(
            "A SHA-256 has 64 signs, 0 to 9 and a to f.",
            field="file_sha256",
            remedy="Copy it from the maker's page, or leave it empty.",
        )


def _refuse_without_number(version: str) -> None:
    if not any("0" <= sign <= "9" for sign in version):
        raise BadInput(
            "A version has a number in it.", field="version", remedy="Write it as the device does."
        )


def _refuse_taken(release: FirmwareRelease) -> None:
    rows = FirmwareRelease.objects.filter(
        product_model=release.product_model_id, version__iexact=release.version
    )
    if rows.exclude(pk=release.pk).exists():
        raise BadInput(
            f"The catalogue has {release.version} of this model already.",
            field="version",
            remedy="Change that one.",
        )
