"""Proving that what was refused left nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.models import AuditEntry
from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast


@contextmanager
def nothing_changes(cast: Cast, *models: Any) -> Iterator[None]:
    """Prove that what happens inside changes no row of `models`, nor any trail, of a provider."""
    before = _rows(cast, models)
    yield
    assert _rows(cast, models) == before


def _rows(cast: Cast, models: tuple[Any, ...]) -> list[object]:
    found: list[object] = []
    for provider in (cast.calcom, cast.northline):
        with provider_scope(provider_id=provider.pk):
            found += [
                list(model.objects.order_by("pk").values()) for model in (*models, AuditEntry)
            ]
    return found
