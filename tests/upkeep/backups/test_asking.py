"""Asking for backups, and planning them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import provider_scope
from monitoring.models import Connection
from tests.builders import build_device
from tests.cast import Cast
from tests.monitoring.builders import build_connection
from tests.stage import DatabaseTime
from upkeep.actions._plan_rules import PlanWish
from upkeep.actions.ask_backup import ask_backup
from upkeep.actions.pause_backup_plan import pause_backup_plan
from upkeep.actions.resume_backup_plan import resume_backup_plan
from upkeep.actions.set_backup_plan import set_backup_plan
from upkeep.models import Backup, BackupPlan, BackupState

pytestmark = pytest.mark.django_db

START = "2026-06-15T10:00:00-07:00"
NIGHTLY = PlanWish(
    "ssh", settings={"paths": "/etc"}, every_hours=24, opens_at=time(1), closes_at=time(5)
)


def build_way(cast: Cast, **fields: Any) -> Connection:
    usual = {"driver": "ssh", "host": "127.0.0.1", "host_key": "SHA256:known"}
    return build_connection(cast.phone_system, **{**usual, **fields})


def plan(cast: Cast, wish: PlanWish, actor: Viewer | None = None) -> BackupPlan:
    with provider_scope(provider_id=cast.calcom.pk):
        return set_backup_plan(device=cast.phone_system, wish=wish, actor=actor or cast.priya)


def ask(cast: Cast, trigger: str = "by_hand", actor: Viewer | None = None) -> Backup:
    with provider_scope(provider_id=cast.calcom.pk):
        return ask_backup(device=cast.phone_system, trigger=trigger, actor=actor or cast.dana)


def test_a_plan_is_due_in_its_next_hours_and_expects_a_backup(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    made = plan(cast, replace(NIGHTLY, connection=build_way(cast)))
    assert made.settings["paths"] == ["/etc"]
    assert made.due_at == now + timedelta(hours=15)
    assert made.alarm_at == now + timedelta(hours=216)
    changed = plan(cast, replace(NIGHTLY, connection=made.connection, expected_hours=48))
    assert changed.pk == made.pk
    assert changed.alarm_at == now + timedelta(hours=48)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"driver": "telnet"}, "driver"),
        ({"connection": None}, "connection"),
        ({"settings": {"paths": "etc"}}, "paths"),
        ({"every_hours": 0}, "every_hours"),
        ({"every_hours": 9000}, "every_hours"),
        ({"expected_hours": 24}, "expected_hours"),
        ({"opens_at": None}, "opens_at"),
        ({"closes_at": time(1)}, "closes_at"),
        ({"keep_daily": 0}, "keep_daily"),
        ({"keep_weekly": -1}, "keep_weekly"),
        ({"quota_bytes": 5}, "quota_bytes"),
    ],
)
def test_a_plan_that_cannot_work_is_refused_with_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        plan(cast, replace(NIGHTLY, **{"connection": build_way(cast), **changes}))
    assert refused.value.field == field
    with provider_scope(provider_id=cast.calcom.pk):
        assert not BackupPlan.objects.exists()


@pytest.mark.parametrize("fields", [{"driver": "web"}, {"host_key": ""}])
def test_a_connection_that_leads_to_no_shell_is_none_for_a_plan(
    cast: Cast, fields: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as refused:
        plan(cast, replace(NIGHTLY, connection=build_way(cast, **fields)))
    assert refused.value.field == "connection"


def test_the_connection_of_another_device_is_none_for_a_plan(cast: Cast) -> None:
    other = build_device(cast.market_street, name="Fax server")
    way = build_connection(other, driver="ssh", host_key="SHA256:known")
    with pytest.raises(BadInput, match="another device"):
        plan(cast, replace(NIGHTLY, connection=way))


def test_what_a_system_sends_by_itself_has_no_time_and_no_way_in(cast: Cast) -> None:
    made = plan(cast, replace(NIGHTLY, driver="drop", connection=build_way(cast)))
    assert (made.connection, made.every_hours, made.due_at) == (None, None, None)


def test_a_technician_plans_nothing_and_a_customer_asks_for_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        plan(cast, replace(NIGHTLY, connection=build_way(cast)), actor=cast.dana)
    plan(cast, replace(NIGHTLY, connection=build_way(cast)))
    with pytest.raises(NotAllowed):
        ask(cast, actor=cast.amit)


def test_who_asks_twice_waits_for_one_backup(cast: Cast) -> None:
    plan(cast, replace(NIGHTLY, connection=build_way(cast)))
    first, second, other = ask(cast), ask(cast), ask(cast, "before_change")
    assert first.pk == second.pk != other.pk
    assert (first.state, first.asked_by_id) == (BackupState.WAITING, cast.dana.membership_id)
    assert first.look_at is not None
    assert len(first.name) == 26


def test_nobody_asks_for_what_is_not_fetched(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="is not backed up"):
        ask(cast)
    plan(cast, PlanWish("drop"))
    with pytest.raises(RuleBroken) as refused:
        ask(cast)
    assert refused.value.remedy == "Start a backup on the system: it sends it here."


def test_a_paused_plan_owes_nothing_until_it_goes_on(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    made = plan(cast, replace(NIGHTLY, connection=build_way(cast)))
    with provider_scope(provider_id=cast.calcom.pk):
        paused = pause_backup_plan(plan=made, actor=cast.priya)
        assert (paused.due_at, paused.alarm_at) == (None, None)
        with pytest.raises(RuleBroken):
            pause_backup_plan(plan=made, actor=cast.priya)
    assert plan(cast, replace(NIGHTLY, connection=made.connection)).alarm_at is None
    with provider_scope(provider_id=cast.calcom.pk):
        going = resume_backup_plan(plan=made, actor=cast.priya)
        assert going.due_at == now + timedelta(hours=15)
        assert going.alarm_at == now + timedelta(hours=216)
        with pytest.raises(RuleBroken):
            resume_backup_plan(plan=made, actor=cast.priya)
