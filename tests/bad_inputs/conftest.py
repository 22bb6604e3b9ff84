"""The world of the hostile visits: built once for each file of tests, and undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.bad_inputs.world import World, build_world
from tests.cast import build_cast


@pytest.fixture(autouse=True)
def sign_up_is_open(settings: Any) -> None:
    """Let strangers ask: their form is a door, too."""
    settings.SIGN_UP_OPEN = True


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Give the world, inside a transaction that is rolled back. Visits undo what they do."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(build_cast())
        transaction.set_rollback(True)
