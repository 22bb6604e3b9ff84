"""The beat table: what runs how often, when a late run is pointless, and why it is there.

Every task is a sweep over due rows: running it twice, late or not at all moves no fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Beat:
    """One line of the table."""

    task: str
    every: timedelta
    expires: timedelta
    why: str


BEATS = (
    Beat(
        "tickets.sweep_deadlines",
        timedelta(seconds=3),
        timedelta(seconds=10),
        "Warn and judge on time.",
    ),
    Beat(
        "tickets.wake_tickets",
        timedelta(seconds=15),
        timedelta(seconds=45),
        "End holds and close what was resolved.",
    ),
    Beat(
        "notifications.send_notices",
        timedelta(seconds=3),
        timedelta(seconds=10),
        "Send what the outbox owes.",
    ),
    Beat(
        "notifications.climb_ladder",
        timedelta(seconds=30),
        timedelta(minutes=1),
        "Tell the next one when nobody answers.",
    ),
    Beat(
        "accounts.run_jobs",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Begin long work, and take over what a dead worker left.",
    ),
    Beat(
        "tickets.recheck_clocks",
        timedelta(hours=24),
        timedelta(hours=1),
        "Find cached deadlines that differ from the facts.",
    ),
    Beat(
        "accounts.close_accounts",
        timedelta(minutes=30),
        timedelta(minutes=30),
        "Close the accounts of customers whose last day is over.",
    ),
    Beat(
        "accounts.end_looks",
        timedelta(minutes=5),
        timedelta(minutes=5),
        "Write down when staff stopped seeing what a customer sees.",
    ),
    Beat(
        "accounts.send_sign_up_letters",
        timedelta(seconds=15),
        timedelta(seconds=45),
        "Send the links that confirm a sign-up.",
    ),
    Beat(
        "accounts.count_providers",
        timedelta(minutes=10),
        timedelta(minutes=5),
        "Keep the figures that operators see of providers.",
    ),
    Beat(
        "accounts.remind_of_deletion",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Remind administrators of a provider that is going to be deleted.",
    ),
    Beat(
        "accounts.delete_due_providers",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Delete the providers whose grace is over.",
    ),
    Beat(
        "contracts.sweep_contracts",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Renew contracts and remind of their ends, on the day that it is in their zone.",
    ),
    Beat(
        "contracts.sweep_expiries",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Warn of warranty and makers' support that end, once for each end and horizon.",
    ),
    Beat(
        "monitoring.plan_health_checks",
        timedelta(minutes=30),
        timedelta(minutes=15),
        "Owe every system its health check of the month.",
    ),
    Beat(
        "monitoring.collect_health_checks",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Make the health checks that are owed.",
    ),
    Beat(
        "monitoring.roll_up",
        timedelta(minutes=1),
        timedelta(minutes=1),
        "Sum up what checks found, five minutes by five minutes, and day by day.",
    ),
    Beat(
        "monitoring.watch_runners",
        timedelta(seconds=30),
        timedelta(seconds=30),
        "Raise an alarm when no runner asks equipment.",
    ),
    Beat(
        "monitoring.forget_results",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Make room for the results of coming days, and forget old ones.",
    ),
    Beat(
        "monitoring.follow_changes",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Make incidents and tickets of what the runner saw.",
    ),
    Beat(
        "monitoring.find_silent",
        timedelta(seconds=15),
        timedelta(seconds=30),
        "Find devices that should have reported by themselves and did not.",
    ),
    Beat(
        "upkeep.owe_backups",
        timedelta(seconds=30),
        timedelta(seconds=45),
        "Write down the backups that are owed.",
    ),
    Beat(
        "upkeep.take_backups",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Take the backups that wait, and take over what a dead keeper left.",
    ),
    Beat(
        "upkeep.miss_backups",
        timedelta(minutes=5),
        timedelta(minutes=5),
        "Raise an alarm for systems without a good backup.",
    ),
    Beat(
        "upkeep.verify_objects",
        timedelta(minutes=5),
        timedelta(minutes=5),
        "Read every stored object again within thirty days.",
    ),
    Beat(
        "upkeep.open_backups",
        timedelta(minutes=30),
        timedelta(minutes=15),
        "Open each system's newest backup once a month.",
    ),
    Beat(
        "upkeep.keep_backups",
        timedelta(hours=6),
        timedelta(hours=1),
        "Let backups go that the rule of keeping asks for no more.",
    ),
    Beat(
        "upkeep.sweep_store",
        timedelta(hours=24),
        timedelta(hours=2),
        "Clear the store of what dead workers left.",
    ),
    Beat(
        "upkeep.make_changes",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Make changes of programming that wait, and go on where a dead worker stopped.",
    ),
    Beat(
        "upkeep.run_firmware",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Let campaigns of updates go on, and update devices whose turn it is.",
    ),
    Beat(
        "upkeep.run_restores",
        timedelta(seconds=5),
        timedelta(seconds=15),
        "Take restores and rehearsals a step further.",
    ),
    Beat(
        "upkeep.owe_rehearsals",
        timedelta(minutes=30),
        timedelta(minutes=15),
        "Owe every backed-up system its rehearsal of the month.",
    ),
    Beat(
        "upkeep.note_versions",
        timedelta(minutes=10),
        timedelta(minutes=5),
        "Write down which versions equipment tells.",
    ),
    Beat(
        "accounts.tidy_up",
        timedelta(hours=24),
        timedelta(hours=1),
        "Forget old sessions and answered submissions.",
    ),
    Beat(
        "upkeep.plan_inspections",
        timedelta(hours=1),
        timedelta(minutes=30),
        "Owe every system its inspection of the contract's year.",
    ),
    Beat(
        "upkeep.look_at_inspections",
        timedelta(minutes=5),
        timedelta(minutes=5),
        "Remind people of visits, and say which inspections are overdue.",
    ),
)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the table in Celery's form."""
    return {
        beat.task: {
            "task": beat.task,
            "schedule": beat.every,
            "options": {"expires": beat.expires.total_seconds()},
        }
        for beat in BEATS
    }
