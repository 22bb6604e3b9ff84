"""What a change holds sealed: its answers, and files before and after. Opened only to work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.sealing import place_of_row, seal, unseal
from upkeep.changes.diffs import masked_diff
from upkeep.models import Change, ChangeFile, ChangeSheet

SHEETS, FILES = "upkeep_changesheet", "upkeep_changefile"


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
    values = {
        "customer_id": change.customer_id,
        "sealed_before": seal(before, _place(FILES, change, path, "before")),
        "sealed_after": seal(after, _place(FILES, change, path, "after")),
        "diff": [line.plain() for line in masked_diff(before, after)],
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
