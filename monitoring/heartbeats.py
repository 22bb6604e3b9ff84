"""Devices that report by themselves: who it is, what it said, and what that makes of its check.

A report is proof: one is enough to be down or up again. So is silence, once the interval and the
grace have passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from accounts.tokens import hashed
from calcom_portal.common.tenancy import database_now, system_scope
from calcom_portal.common.wakeup import wake
from monitoring.check_settings import HEARTBEAT
from monitoring.models import Check, Result, ResultCode, StateChange
from monitoring.probes.facts import Fact, Value
from monitoring.reports import Report, Said
from monitoring.states import Heard, Standing, State, Thresholds, after

PROOF = Thresholds(failures=1, successes=1)
USUAL_GRACE_SECONDS = 300
# A device gone wild fills no tables.
SHORTEST_PAUSE = timedelta(seconds=1)
FOLLOWER = "monitoring.follow_changes"
HEARD: Mapping[ResultCode, tuple[Heard, str]] = {
    ResultCode.ALIVE: (Heard.SUCCESS, "alive"),
    ResultCode.DEAD: (Heard.FAILURE, "dead"),
}
WRITTEN = (
    *("state", "since", "row", "settled", "silent_from"),
    *("last_at", "last_outcome", "last_words", "last_took_us", "last_facts"),
)


def hear(token: str, report: Report) -> bool:
    """Write down what the device with this token says. False when there is no such device."""
    with system_scope("a device reports by itself"):
        rows = Check.objects.select_for_update(no_key=True)
        check = rows.filter(token_hash=hashed(token), kind=HEARTBEAT).first()
        if check is None:
            return False
        if check.paused_at is None:
            _take(check, report, database_now())
        return True


def _take(check: Check, report: Report, now: datetime) -> None:
    if report.said is Said.STARTED:
        _begin(check, now)
        return
    code = ResultCode.DEAD if report.said is Said.FAILED else ResultCode.ALIVE
    is_news = HEARD[code][1] != check.last_outcome
    if not is_news and check.last_at is not None and now - check.last_at < SHORTEST_PAUSE:
        return
    took = _took(check, now)
    facts: dict[str, Value] = {}
    if report.exit_code is not None:
        facts[Fact.EXIT_CODE] = report.exit_code
    conclude(check, code, report.words, now, took=took, facts=facts)


def _begin(check: Check, now: datetime) -> None:
    """Remember when a job began; it has the grace to end in."""
    check.last_facts = {Fact.STARTED_AT: now.isoformat()}
    check.silent_from = now + grace_of(check)
    check.save(update_fields=["last_facts", "silent_from"])


def _took(check: Check, now: datetime) -> timedelta | None:
    began = check.last_facts.get(Fact.STARTED_AT)
    return now - datetime.fromisoformat(began).astimezone(UTC) if began else None


def conclude(
    check: Check,
    code: ResultCode,
    words: str,
    now: datetime,
    *,
    took: timedelta | None = None,
    facts: Mapping[str, Value] | None = None,
) -> None:
    """Write one result of a locked check, how it stands now, and that this changed if it did."""
    heard, outcome = HEARD[code]
    before = Standing(State(check.state), check.since, check.row, State(check.settled))
    standing = after(before, heard, now, PROOF)
    check.state, check.since = standing.state.value, standing.since
    check.row, check.settled = standing.row, standing.settled.value
    check.last_at, check.last_outcome, check.last_words = now, outcome, words
    check.last_took_us = None if took is None else took // timedelta(microseconds=1)
    check.last_facts = dict(facts or {})
    check.silent_from = silent_after(check, now)
    check.save(update_fields=WRITTEN)
    owner = {
        "provider_id": check.provider_id,
        "customer_id": check.customer_id,
        "of_check": check,
        "at": now,
    }
    Result.objects.create(**owner, outcome=code, took_us=check.last_took_us)
    if standing.state is not before.state:
        StateChange.objects.create(
            **owner, was=before.state, became=standing.state, words=words, facts=check.last_facts
        )
        wake(FOLLOWER)


def silent_after(check: Check, heard_at: datetime) -> datetime:
    """Return when a device that was heard at an instant has been silent for too long."""
    return heard_at + timedelta(seconds=check.every_seconds) + grace_of(check)


def grace_of(check: Check) -> timedelta:
    """Return how late a report may be."""
    return timedelta(seconds=int(check.settings.get("grace_seconds", USUAL_GRACE_SECONDS)))
