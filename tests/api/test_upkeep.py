"""Upkeep in the API: asking for backups; reading plans, restores, changes and inspections."""

from __future__ import annotations

from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope
from tests.api.caller import Caller, assert_problem, caller
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import opened
from tests.tickets.web.helpers import at_most_queries
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.changes.world import build_changeable, made, ready, ticket_for
from tests.upkeep.firmware.world import build_advisory, build_product, build_release, runs
from tests.upkeep.inspections.helpers import answer, answers, begun, closing, entry, sent
from upkeep.models import Backup, Change, Restore, RestoreState
from upkeep.restores.facts import add_fact
from upkeep.restores.steps import Outcome, Step

pytestmark = pytest.mark.django_db
DEVICE = {"name": "Main phone system"}
BAYVIEW = {"name": "Bayview Dental Group"}


def listed(who: Caller, path: str) -> list[dict[str, Any]]:
    """Return the items of a list."""
    response = who.get(path)
    assert response.status_code == 200, response.content
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def test_a_backup_is_asked_for_once_and_waits(cast: Cast) -> None:
    plan_for(cast.phone_system)
    dana, body = caller(cast.dana), {"device": cast.phone_system.pk}
    first, again = (dana.post("/backups", body, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, first.content) == (202, again.content)
    assert again["Idempotency-Replayed"] == "true"
    with provider_scope(provider_id=cast.calcom.pk):
        backup = Backup.objects.get()
    assert (backup.trigger, backup.asked_by_id) == ("by_hand", cast.dana.membership_id)
    told = first.json()
    assert (told["id"], told["state"], told["trigger"]) == (backup.pk, "waiting", "by_hand")
    assert dana.get(f"/backups/{backup.pk}").json() == told


def test_a_backup_for_a_ticket_is_the_one_that_its_end_asks_for(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    plan_for(cast.phone_system)
    body = {"device": cast.phone_system.pk, "ticket": ticket.reference}
    asked = caller(cast.dana).post("/backups", body).json()
    assert (asked["trigger"], asked["ticket"]) == ("service", ticket.reference)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"device": None}, "device"),
        ({"device": "9"}, "device"),
        ({"device": True}, "device"),
        ({"device": 10**12}, "device"),
        ({"ticket": "CC-9999"}, "ticket"),
        ({"ticket": "two\nlines"}, "ticket"),
        ({"ticket": "x" * 21}, "ticket"),
        ({"trigger": "schedule"}, "trigger"),
    ],
)
def test_a_bad_wish_is_named_and_nothing_is_asked(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    plan_for(cast.phone_system)
    refused = caller(cast.dana).post("/backups", {"device": cast.phone_system.pk} | changes)
    assert_problem(refused, 400, field)
    with provider_scope(provider_id=cast.calcom.pk):
        assert not Backup.objects.exists()


def test_a_ticket_that_asks_for_no_backup_of_the_system_is_named(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    other = build_device(cast.market_street, "Gateway")
    plan_for(other)
    body = {"device": other.pk, "ticket": ticket.reference}
    assert_problem(caller(cast.dana).post("/backups", body), 400, "ticket")


def test_what_nobody_fetches_or_backs_up_is_refused(cast: Cast) -> None:
    dana, body = caller(cast.dana), {"device": cast.phone_system.pk}
    assert "is not backed up" in assert_problem(dana.post("/backups", body), 409)["detail"]
    plan_for(cast.phone_system, driver="drop", every_hours=None)
    assert (
        "Start a backup on the system" in assert_problem(dana.post("/backups", body), 409)["remedy"]
    )


def test_customers_rivals_and_reading_keys_ask_for_no_backup(cast: Cast) -> None:
    plan_for(cast.phone_system)
    body = {"device": cast.phone_system.pk}
    assert_problem(caller(cast.elena).post("/backups", body), 403)
    assert_problem(caller(cast.dana, "backups:read").post("/backups", body), 403)
    assert_problem(caller(cast.nora).post("/backups", body), 400, "device")
    with provider_scope(provider_id=cast.calcom.pk):
        assert not Backup.objects.exists()


def test_staff_read_how_systems_are_backed_up(cast: Cast) -> None:
    plan = plan_for(cast.phone_system, settings={"paths": ["/etc/secret-place"]})
    dana = caller(cast.dana)
    (item,) = listed(dana, f"/backup-plans?device={cast.phone_system.pk}")
    assert item == dana.get(f"/backup-plans/{plan.pk}").json()
    assert item | {"alarm_at": ""} == {
        "id": plan.pk,
        "device": {"id": cast.phone_system.pk, **DEVICE},
        "customer": {"id": cast.bayview.pk, **BAYVIEW},
        "driver": "ssh",
        "every_hours": 24,
        "expected_hours": 216,
        "kept": {"daily": 14, "weekly": 8, "monthly": 12, "yearly": 2},
        "quota_bytes": None,
        "rehearses": True,
        "is_paused": False,
        "due_at": None,
        "alarm_at": "",
        "alarmed_at": None,
    }
    assert listed(dana, "/backup-plans?driver=drop") == []
    assert dana.get("/backup-plans?driver=fax").status_code == 400
    assert listed(caller(cast.nora), "/backup-plans") == []
    assert caller(cast.elena).get("/backup-plans").status_code == 403


def restore_of(cast: Cast) -> Restore:
    """Have a restore that ended well after two steps."""
    backup = backup_of(plan_for(cast.phone_system))
    with acting(cast.dana) as scope:
        made: Restore = Restore.objects.create(
            provider_id=backup.provider_id,
            customer_id=backup.customer_id,
            device_id=backup.device_id,
            backup=backup,
            kind="system",
            state=RestoreState.RESTORED,
            reason="The disk was replaced.",
            asked_at=scope.now,
            took_seconds=96,
        )
        add_fact(made, Step.CHECK, Outcome.DONE, "The system can take the backup.")
        add_fact(made, Step.SAFETY, Outcome.BEGAN)
    return made


def test_staff_read_restores_and_each_step(cast: Cast) -> None:
    restore = restore_of(cast)
    dana = caller(cast.dana)
    (item,) = listed(dana, "/restores?kind=system&state=restored")
    assert (item["id"], item["backup"], item["took_seconds"]) == (
        restore.pk,
        restore.backup_id,
        96,
    )
    assert "steps" not in item
    read = dana.get(f"/restores/{restore.pk}").json()
    assert [(step["step"], step["outcome"]) for step in read.pop("steps")] == [
        ("check", "done"),
        ("safety", "began"),
    ]
    assert read == item
    assert listed(dana, "/restores?kind=rehearsal") == []
    assert caller(cast.nora).get(f"/restores/{restore.pk}").status_code == 404
    assert caller(cast.elena).get(f"/restores/{restore.pk}").status_code == 403


@pytest.fixture
def changes(cast: Cast, database_time: DatabaseTime) -> tuple[Change, Change]:
    """Give a change that is ready, and one that was made."""
    build_changeable(cast.phone_system)
    ticket = ticket_for(cast, database_time)
    done = made(ticket, cast.dana)
    return ready(ticket, cast.dana), done


def test_staff_read_changes_with_their_masked_diff(
    cast: Cast, changes: tuple[Change, Change]
) -> None:
    waiting, done = changes
    dana = caller(cast.dana)
    assert [item["id"] for item in listed(dana, "/changes")] == [waiting.pk, done.pk]
    assert [item["id"] for item in listed(dana, "/changes?state=made")] == [done.pk]
    answered = dana.get(f"/changes/{waiting.pk}")
    (file,) = answered.json()["files"]
    assert file["path"] == "/etc/asterisk/pjsip.conf"
    assert {"side": "in", "text": "password=••••••"} in file["diff"]
    assert "hidden-word" not in answered.content.decode()


def test_a_customer_reads_what_was_done_and_no_file(
    cast: Cast, changes: tuple[Change, Change]
) -> None:
    waiting, done = changes
    elena = caller(cast.elena)
    assert [item["id"] for item in listed(elena, "/changes")] == [done.pk]
    read = elena.get(f"/changes/{done.pk}").json()
    assert read["words"] == "Extension 103 (Front desk) was added."
    assert (read["files"], read["problem"]) == ([], "")
    assert elena.get(f"/changes/{waiting.pk}").status_code == 404
    assert listed(caller(cast.sam), "/changes") == []


def test_an_inspection_is_read_by_a_customer_once_it_is_signed(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-30T11:00-07:00")
    inspection = begun(cast)
    elena, dana = caller(cast.elena), caller(cast.dana)
    path = f"/inspections/{inspection.pk}"
    assert elena.get(path).json()["lines"] == []
    with acting(cast.dana):
        cabinet = inspection.items.filter(asked="condition").earliest("position")
        bad = answer(cabinet, result="bad", note="Loose.")
        lines = [one for one in answers(inspection) if one["line"] != cabinet.pk] + [bad]
        extra = entry("extra", name="Fax machine", serial="FX-1")
        sent(inspection, cast.dana, [*lines, extra, closing()])
    seen = elena.get(path).json()
    assert (seen["state"], seen["signed_by"], seen["customer_name"]) == (
        "done",
        "Dana Okafor",
        "Amit Bhatt",
    )
    assert len(seen["lines"]) == len(lines)
    told = next(line for line in seen["lines"] if line["title"] == cabinet.title)
    assert (told["result"], told["status"], told["note"]) == ("bad", "crit", "Loose.")
    assert seen["differences"] == []
    (difference,) = dana.get(path).json()["differences"]
    assert (difference["name"], difference["seen"]) == ("Fax machine", "extra")
    assert [item["id"] for item in listed(elena, "/inspections?state=done")] == [inspection.pk]
    assert caller(cast.sam).get(path).status_code == 404


def test_staff_read_the_catalogue_and_how_devices_stand(cast: Cast) -> None:
    silent = build_device(cast.market_street, "Spare")
    product = build_product(cast, cast.phone_system, silent)
    release = build_release(cast, product)
    advisory = build_advisory(cast, product)
    runs(cast, cast.phone_system, "22.10.1")
    dana = caller(cast.dana)
    (item,) = listed(dana, f"/firmware/releases?model={product.pk}&status=security")
    assert item["model"] == {"id": product.pk, "vendor": "Digium", "model": "Asterisk 22"}
    assert (item["id"], item["version"]) == (release.pk, "22.10.2")
    (told,) = listed(dana, "/firmware/advisories?is_withdrawn=false")
    assert (told["id"], told["fixed_in"]) == (advisory.pk, "22.10.2")
    assert listed(dana, "/firmware/advisories?is_withdrawn=true") == []
    stands = listed(dana, "/firmware/devices")
    assert [(one["device"]["name"], one["version"], one["standing"]) for one in stands] == [
        ("Main phone system", "22.10.1", "affected"),
        ("Spare", "", "unknown"),
    ]
    assert (stands[0]["why"], stands[0]["target"]) == ("Calls can be listened to.", "22.10.2")
    assert listed(caller(cast.nora), "/firmware/devices") == []
    assert caller(cast.elena).get("/firmware/devices").status_code == 403


def test_lists_go_on_where_the_page_before_ended(cast: Cast) -> None:
    plan = plan_for(cast.phone_system)
    ids = [backup_of(plan).pk for _ in range(3)]
    dana = caller(cast.dana)
    first = dana.get("/backups?limit=2").json()
    assert [item["id"] for item in first["items"]] == [ids[2], ids[1]]
    rest = dana.get(first["next"].partition("/api/v1")[2]).json()
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([ids[0]], None)
    assert_problem(dana.get("/restores?cursor=nothing"), 400, "cursor")


@pytest.mark.parametrize(
    "path", ["/backup-plans", "/restores", "/changes", "/inspections", "/firmware/devices"]
)
def test_lists_cost_the_same_however_long_they_are(cast: Cast, path: str) -> None:
    build_product(
        cast, *(build_device(cast.market_street, f"System {number}") for number in range(6))
    )
    dana = caller(cast.dana)
    dana.get(path)
    with at_most_queries(10):
        assert dana.get(path).status_code == 200
