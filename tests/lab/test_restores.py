"""Backup, disaster, restore: a real Asterisk with MariaDB and its files, over real SSH."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.lab.databases import is_mariadb_installed
from tests.lab.pbx import is_asterisk_there
from tests.lab.phone_systems import Pbx, backed_up, destroy, restored, whole_system, worked_off
from tests.stage import acting
from upkeep.actions.start_rehearsal import start_rehearsal
from upkeep.models import Backup, BackupState, Level, RestoreState
from upkeep.restores import on_system

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(not is_mariadb_installed(), reason="MariaDB is not installed."),
    pytest.mark.skipif(not is_asterisk_there(), reason="Asterisk could not be had here."),
]


@pytest.fixture
def cast(committed_cast: Cast) -> Cast:
    """Give people whose rows a worker's second connection sees as well."""
    return committed_cast


@pytest.fixture
def pbx(folder: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pbx]:
    monkeypatch.setattr(on_system, "VERIFY_AGAIN", timedelta(seconds=1))
    with whole_system(cast, folder) as made:
        yield made


def test_a_destroyed_phone_system_works_again_with_every_row_and_file(cast: Cast, pbx: Pbx) -> None:
    files, sums = pbx.files(), pbx.databases.checksums()
    messages, forwards = pbx.messages(), pbx.forwards()
    assert (len(messages), len(forwards)) == (6, 2)
    backup = backed_up(cast)
    destroy(pbx)
    assert not pbx.signs_in()
    done = restored(cast, backup)
    assert (done.state, done.problem) == (RestoreState.RESTORED, "")
    # No safety backup could be taken of what was left, as was agreed.
    assert done.saved_nothing
    assert done.safety_backup is not None
    assert done.safety_backup.state == BackupState.FAILED
    assert pbx.signs_in()
    assert pbx.files() == files
    assert pbx.databases.checksums() == sums
    assert (pbx.messages(), pbx.forwards()) == (messages, forwards)
    assert pbx.leftovers() == []
    assert done.took_seconds is not None


def test_a_phone_system_that_is_not_as_it_was_is_put_back_by_itself(
    cast: Cast, pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(cast)
    with system_scope("a test"):
        Backup.objects.filter(pk=backup.pk).update(
            baseline={**backup.baseline, "phones.provisioned": 99}
        )
    (pbx.folder / "etc/extensions.conf").write_text("[internal]\nexten => 201,1,Answer()\n")
    pbx.databases.ask("UPDATE asterisk.users SET name = 'Changed since'")
    files, sums = pbx.files(), pbx.databases.checksums()
    monkeypatch.setattr(on_system, "VERIFY_PATIENCE", timedelta(seconds=3))
    done = restored(cast, backup)
    assert done.state == RestoreState.SWAPPED_BACK, done.problem
    assert done.problem == "2 extensions are set up; there were 99."
    assert pbx.signs_in()
    assert pbx.files() == files
    assert pbx.databases.checksums() == sums
    assert pbx.leftovers() == []


def test_a_rehearsal_loads_every_table_into_a_scratch_database(cast: Cast, pbx: Pbx) -> None:
    backup = backed_up(cast)
    with acting(cast.dana):
        made = start_rehearsal(device=cast.phone_system, actor=cast.dana)
    done = worked_off(made)
    assert (done.state, done.problem) == (RestoreState.RESTORED, "")
    with system_scope("a test"):
        words = done.steps.filter(code="compare").order_by("-number")[0].words
        assert Backup.objects.get(pk=backup.pk).level == Level.PROVEN
    assert words == "4 tables are as at the time of the backup."
