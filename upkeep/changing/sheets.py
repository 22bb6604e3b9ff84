"""What a change holds sealed: its answers, and files before and after. Opened only to work."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.sealing import place_of_row, seal, unseal
from upkeep.changes.diffs import DiffLine, masked_diff
from upkeep.models import Change, ChangeFile, ChangeSheet

SHEETS, FILES = "upkeep_changesheet", "upkeep_changefile"


class Moment(StrEnum):
    """Which of the two texts of a file."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of a change, opened: its path and its two texts."""

    path: str
    before: str = field(repr=False)
    after: str = field(repr=False)


def keep_answers(change: Change, answers: Mapping[str, str]) -> None:
    """Seal what a change was answered; its row is there already."""
    ChangeSheet.objects.create(
        provider_id=change.provider_id,
        customer_id=change.customer_id,
        change=change,
        sealed_answers=seal(json.dumps(dict(answers)), _place(SHEETS, change)),
    )


def answers_of(change: Change) -> dict[str, str]:
    """Open what a change was answered; empty where nothing was asked."""
    sheet = ChangeSheet.objects.filter(change=change).first()
    if sheet is None:
        return {}
    answers: dict[str, str] = json.loads(unseal(sheet.sealed_answers, _place(SHEETS, change)))
    return answers


def keep_file(change: Change, path: str, before: str, after: str) -> None:
    """Seal a file before and after, with the diff that may be seen. Again: in place of it."""
    _keep(change, path, before, after, masked_diff(before, after), is_binary=False)


def keep_bytes(change: Change, path: str, before: bytes, after: bytes) -> None:
    """Seal a file as it was brought; of one that is no text the diff tells sizes and hashes."""
    one, other = _text_in(before), _text_in(after)
    if one is not None and other is not None:
        keep_file(change, path, one, other)
        return
    diff = masked_diff(_described(before), _described(after))
    packed = [base64.b64encode(data).decode() for data in (before, after)]
    _keep(change, path, packed[0], packed[1], diff, is_binary=True)


def bytes_of(file: ChangeFile, moment: Moment) -> bytes:
    """Open one moment of a file, as it was brought. Raises SealBroken."""
    text = unseal(getattr(file, f"sealed_{moment}"), _place(FILES, file.change, file.path, moment))
    return base64.b64decode(text) if file.is_binary else text.encode()


def _text_in(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _described(data: bytes) -> str:
    return f"(no text) {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}\n"


def _keep(
    change: Change,
    path: str,
    before: str,
    after: str,
    diff: Iterable[DiffLine],
    *,
    is_binary: bool,
) -> None:
    values = {
        "customer_id": change.customer_id,
        "sealed_before": seal(before, _place(FILES, change, path, Moment.BEFORE)),
        "sealed_after": seal(after, _place(FILES, change, path, Moment.AFTER)),
        "is_binary": is_binary,
        "diff": [line.plain() for line in diff],
    }
    ChangeFile.objects.update_or_create(
        provider_id=change.provider_id, change=change, path=path, defaults=values
    )


def files_of(change: Change) -> list[OpenFile]:
    """Open the files of a change."""
    return [
        OpenFile(
            row.path,
            unseal(row.sealed_before, _place(FILES, change, row.path, "before")),
            unseal(row.sealed_after, _place(FILES, change, row.path, "after")),
        )
        for row in ChangeFile.objects.filter(change=change).order_by("path")
    ]


def sealed_places(row: ChangeSheet | ChangeFile) -> dict[str, str]:
    """Return the sealed columns of a row, and the place that each was sealed for."""
    if isinstance(row, ChangeSheet):
        return {"sealed_answers": _place(SHEETS, row.change)}
    return {
        "sealed_before": _place(FILES, row.change, row.path, "before"),
        "sealed_after": _place(FILES, row.change, row.path, "after"),
    }


def _place(table: str, change: Change, *more: str) -> str:
    return "/".join([place_of_row(table, change.provider_id, change.pk), *more])
