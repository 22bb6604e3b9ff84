"""The pages of restores: a form, the preflight, a confirmation, the steps."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from calcom_portal.common.tenancy import system_scope
from tests.cast import Cast
from tests.stage import browser_of
from tests.tickets.web.helpers import HTMX, at_most_queries, text_of
from tests.upkeep.restores.system import PaperSystem
from tests.upkeep.restores.world import (
    again,
    confirmed,
    plan_with_way,
    prepared,
    stored_backup,
)
from upkeep.drivers.giving import GIVERS
from upkeep.models import Backup, Restore, RestoreState
from upkeep.restores.second import PATIENCE
from upkeep.sweeps.run_restores import run_restores

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperSystem:
    made = PaperSystem(tmp_path / "system.json")
    monkeypatch.setitem(GIVERS, "ssh", made)
    return made


@pytest.fixture
def backup(cast: Cast, system: PaperSystem) -> Backup:
    plan_with_way(cast.phone_system)
    return stored_backup(cast.phone_system)


def filled(**fields: object) -> dict[str, object]:
    usual = {
        "parts": ["config", "db-a"],
        "reason": "The disk was replaced.",
        "ticket": "",
        "begins": "now",
        "minutes": "60",
        "submission": str(uuid.uuid4()),
    }
    return {**usual, **fields}


def test_a_restore_goes_from_the_form_over_its_preflight_to_its_confirmation(
    cast: Cast, backup: Backup
) -> None:
    dana, marco = browser_of(cast.dana), browser_of(cast.marco)
    answer = dana.post(f"/backups/{backup.pk}/restore/", filled())
    with system_scope("a test"):
        restore = Restore.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/restores/{restore.pk}/")
    assert "We look whether the system can take the backup" in text_of(dana.get(answer["Location"]))
    run_restores()
    page = text_of(marco.get(answer["Location"]))
    assert "The version is the same as then: 22.10.1." in page
    assert "why nobody else can confirm" not in page
    typed = {"typed_name": "Main phone system", "submission": str(uuid.uuid4())}
    assert marco.post(f"/restores/{restore.pk}/confirm/", typed).status_code == 303
    assert again(restore).state == RestoreState.RUNNING


def test_the_page_shows_each_step_and_the_live_part_refreshes_at_the_end(
    cast: Cast, backup: Backup
) -> None:
    restore = confirmed(backup, cast.dana, cast.marco)
    run_restores()
    dana = browser_of(cast.dana)
    words = text_of(dana.get(f"/restores/{restore.pk}/"))
    assert "Look at the system" in words
    assert "The system can take the backup." in words
    assert "Put the backup in place" in words
    live = dana.get(f"/restores/{restore.pk}/live/", headers=HTMX)
    assert "Take a safety backup" in text_of(live)
    with system_scope("a test"):
        Restore.objects.update(state=RestoreState.RESTORED)
    assert dana.get(f"/restores/{restore.pk}/live/", headers=HTMX)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"parts": []}, "This field is required"),
        ({"parts": ["../x"]}, "Select a valid choice"),
        ({"minutes": "4"}, "Write a number from 5 to 1,440"),
        ({"begins": "later"}, "Say when, or let it begin at once"),
        ({"begins": "later", "starts_on": "2020-01-01", "starts_at": "10:00"}, "has passed"),
        ({"ticket": "CC-99999"}, "no such ticket"),
    ],
)
def test_a_form_that_cannot_be_is_422_and_nothing_is_written(
    cast: Cast, backup: Backup, fields: dict[str, object], words: str
) -> None:
    answer = browser_of(cast.dana).post(f"/backups/{backup.pk}/restore/", filled(**fields))
    assert answer.status_code == 422
    assert words in text_of(answer)
    with system_scope("a test"):
        assert not Restore.objects.exists()


def test_a_wrong_name_and_a_missing_reason_are_422_at_their_fields(
    cast: Cast, backup: Backup
) -> None:
    restore = prepared(backup, cast.dana)
    url = f"/restores/{restore.pk}/confirm/"
    typed = {"typed_name": "Main", "submission": str(uuid.uuid4())}
    answer = browser_of(cast.marco).post(url, typed)
    assert answer.status_code == 422
    assert "Type the name of the system, Main phone system, exactly." in text_of(answer)
    dana = browser_of(cast.dana)
    assert (
        "<form"
        not in dana.get(f"/restores/{restore.pk}/")
        .content.decode()
        .partition("Somebody else confirms what you asked for")[2]
        .partition("Particulars")[0]
    )
    alone = {**typed, "typed_name": "Main phone system", "submission": str(uuid.uuid4())}
    assert dana.post(url, alone).status_code == 409
    with system_scope("nobody answers for ten minutes"):
        Restore.objects.update(asked_at=restore.asked_at - PATIENCE)
    assert "Nobody else confirmed within ten minutes" in text_of(
        dana.get(f"/restores/{restore.pk}/")
    )
    answer = dana.post(url, {**alone, "submission": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert again(restore).state == RestoreState.PREPARED


def test_the_same_form_sent_twice_prepares_one_restore(cast: Cast, backup: Backup) -> None:
    dana, sent = browser_of(cast.dana), filled()
    for _ in range(2):
        assert dana.post(f"/backups/{backup.pk}/restore/", sent).status_code == 303
    with system_scope("a test"):
        assert Restore.objects.count() == 1


def test_the_list_costs_the_same_however_long_it_is(cast: Cast, backup: Backup) -> None:
    dana = browser_of(cast.dana)
    restore = prepared(backup, cast.dana)
    with system_scope("a test"):
        for _ in range(20):
            restore.pk, restore.state = None, RestoreState.CANCELLED.value
            restore.save(force_insert=True)
    dana.get("/restores/")
    with at_most_queries(8):
        words = text_of(dana.get("/restores/"))
    assert "Main phone system" in words
    assert "Cancelled" in words


def test_the_page_of_a_restore_costs_few_queries(cast: Cast, backup: Backup) -> None:
    restore = confirmed(backup, cast.dana, cast.marco)
    run_restores()
    dana = browser_of(cast.dana)
    dana.get(f"/restores/{restore.pk}/")
    with at_most_queries(8):
        dana.get(f"/restores/{restore.pk}/")
