"""Start-up checks of upkeep: a setting that cannot work stops the start and says what to do."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from upkeep.restores.pbx.programs import problem


@register()
def check_rehearsal_asterisk(**_: Any) -> list[CheckMessage]:
    """Refuse a REHEARSAL_ASTERISK that no phone system can be started from."""
    said = problem()
    hint = "Name a tree with an Asterisk in it, or leave it empty (docs/runbook.md)."
    return [Error(said, hint=hint, id="upkeep.E001")] if said else []
