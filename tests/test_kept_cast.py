"""The cast that tests get is the one that would be built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from accounts.models import User
from calcom_portal.common.grants import is_owned
from calcom_portal.common.tenancy import ask_database_now, system_scope
from tests.cast import Cast, build_cast
from tests.kept_cast import KeptCast
from tests.stage import acting

pytestmark = pytest.mark.django_db

OWNED = [model for model in apps.get_models() if is_owned(model)]
# Another one for each person, device and contract that is built.
NUMBERED = {"email", "serial", "number", "password", "word"}


def plain(row: Mapping[str, Any], now: datetime) -> str:
    """Return what is the same in each building; an instant of a moment ago is only that."""
    return repr(
        {
            name: "now" if isinstance(value, datetime) and value > now - timedelta(minutes=1)
            else value
            for name, value in row.items()
            if name not in NUMBERED and name != "id" and not name.endswith("_id")
        }
    )  # fmt: skip


def everything() -> dict[str, list[str]]:
    """Return all rows of people and providers, by table."""
    now = ask_database_now()
    found = {"User": sorted(plain(row, now) for row in User.objects.values())}
    with system_scope("look at the cast"):
        for model in OWNED:
            rows = model._base_manager.values()
            found[model._meta.label] = sorted(plain(row, now) for row in rows)
    return {name: rows for name, rows in found.items() if rows}


def rows_after(enter: Any) -> dict[str, list[str]]:
    with transaction.atomic():
        enter()
        found = everything()
        transaction.set_rollback(True)
    return found


def test_the_kept_cast_is_what_would_be_built(kept_cast: KeptCast) -> None:
    built = rows_after(build_cast)
    assert len(built["User"]) == 10
    assert rows_after(kept_cast.enter) == built


def test_its_objects_are_the_rows(cast: Cast) -> None:
    for kept in (cast.calcom, cast.bayview, cast.market_street, cast.phone_system, cast.contract):
        with acting(cast.ruth):
            row = type(kept)._base_manager.get(pk=kept.pk)
        for field in type(kept)._meta.concrete_fields:
            assert getattr(row, field.attname) == getattr(kept, field.attname), field
