"""What the beat table asks for is there, and does what it says."""

from __future__ import annotations

from calcom_portal.schedule import BEATS
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.tickets.helpers import opened
from tickets import tasks


def test_every_task_of_tickets_in_the_beat_table_exists() -> None:
    wanted = {beat.task for beat in BEATS if beat.task.startswith("tickets.")}
    named = (tasks.sweep_deadlines_task, tasks.wake_tickets_task, tasks.recheck_clocks_task)
    assert {task.name for task in named} == wanted


def test_tasks_return_counts_for_the_log(cast: Cast, database_time: DatabaseTime) -> None:
    opened(cast, database_time)
    database_time.set("2026-06-15T14:00:01-07:00")
    assert tasks.sweep_deadlines_task() == {
        "clocks": 1,
        "rungs": 1,
        "misses": 0,
        "notices": 1,
        "poisoned": 0,
    }
    assert tasks.wake_tickets_task() == {"resumed": 0, "closed": 0, "poisoned": 0}
    assert tasks.recheck_clocks_task() == {"tickets": 1, "differing": 0}
