"""Backups in the API: staff see all of them, a customer's people their own that are stored."""

from __future__ import annotations

import pytest

from tests.api.caller import caller
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for

pytestmark = pytest.mark.django_db


def test_staff_list_backups_the_newest_first(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    good = backup_of(plan)
    failed = backup_of(plan, state="failed", level=0)
    dana = caller(cast.dana)
    items = dana.get("/backups").json()["items"]
    assert [item["id"] for item in items] == [failed.pk, good.pk]
    assert items[1] | {"asked_at": "", "begun_at": "", "stored_at": ""} == {
        "id": good.pk,
        "name": good.name,
        "device": {"id": cast.phone_system.pk, "name": "Main phone system"},
        "customer": {"id": cast.bayview.pk, "name": "Bayview Dental Group"},
        "trigger": "schedule",
        "ticket": None,
        "state": "stored",
        "level": 2,
        "is_damaged": False,
        "asked_at": "",
        "begun_at": "",
        "stored_at": "",
        "proven_at": None,
        "stored_bytes": 12_582_912,
    }
    found = dana.get("/backups?state=failed").json()["items"]
    assert [item["id"] for item in found] == [failed.pk]
    assert dana.get("/backups?state=lost").status_code == 400


def test_a_customer_reads_what_is_stored_and_nothing_else(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    good = backup_of(plan)
    failed = backup_of(plan, state="failed", level=0)
    elena = caller(cast.elena)
    assert [item["id"] for item in elena.get("/backups").json()["items"]] == [good.pk]
    assert elena.get(f"/backups/{good.pk}").status_code == 200
    assert elena.get(f"/backups/{failed.pk}").status_code == 404
    assert caller(cast.sam).get("/backups").json()["items"] == []
    assert caller(cast.sam).get(f"/backups/{good.pk}").status_code == 404


def test_a_key_without_the_scope_is_refused(cast: Cast) -> None:
    assert caller(cast.dana, "tickets:read").get("/backups").status_code == 403
