"""A new key of the portal: what changes hold sealed gets it, and the former key can go."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.sealing import key_id_of, present_key_id
from calcom_portal.common.tenancy import provider_scope, system_scope
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.changes.files import ANSWERS, PJSIP
from tests.upkeep.changes.world import build_changeable, ready, ticket_for
from upkeep.changing.sheets import answers_of, files_of
from upkeep.models import Change, ChangeFile, ChangeSheet

pytestmark = pytest.mark.django_db
FORMER, PRESENT = "the former key " * 4, "the present key " * 4


@pytest.fixture
def change(cast: Cast, database_time: DatabaseTime, settings: Any) -> Change:
    """Let the portal have a new key, after a change was prepared under the former one."""
    settings.SECRET_KEY = FORMER
    build_changeable(cast.phone_system)
    made = ready(ticket_for(cast, database_time), cast.dana)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = PRESENT, [FORMER]
    return made


def rotate() -> str:
    said = StringIO()
    call_command("rotate_credentials", stdout=said)
    return said.getvalue()


def test_answers_and_files_open_when_the_former_key_is_gone(
    cast: Cast, change: Change, settings: Any
) -> None:
    # The login of the system, the answers, and a file before and after.
    assert rotate() == f"4 secrets were sealed with the present key {present_key_id()}.\n"
    assert rotate().startswith("0 secrets")
    settings.SECRET_KEY_FALLBACKS = []
    with provider_scope(provider_id=cast.calcom.pk):
        assert answers_of(change) == ANSWERS["add_extension"]
        (file,) = files_of(change)
        row = ChangeFile.objects.get()
    assert (file.before, "hidden-word" in file.after) == (PJSIP, True)
    assert key_id_of(row.sealed_before) == key_id_of(row.sealed_after) == present_key_id()


def test_a_spoilt_text_is_named_and_left_and_the_rest_is_done(cast: Cast, change: Change) -> None:
    with system_scope("a test"):
        sheet = ChangeSheet.objects.get()
        spoilt = f"{sheet.sealed_answers[:-8]}AAAAAAA="
        ChangeSheet.objects.update(sealed_answers=spoilt)
    with pytest.raises(CommandError, match=f"1 cannot be opened .* change sheet {sheet.pk}"):
        rotate()
    with system_scope("a test"):
        assert ChangeSheet.objects.get().sealed_answers == spoilt
        assert key_id_of(ChangeFile.objects.get().sealed_before) == present_key_id()
