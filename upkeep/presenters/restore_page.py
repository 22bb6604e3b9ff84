"""What the pages of restores and rehearsals show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.capabilities import Capability
from accounts.middleware import ViewerRequest
from accounts.paging import keyset_page
from accounts.viewer import Viewer
from calcom_portal.common.parts import Moment
from contracts.views.lists import Narrowed
from upkeep.actions.confirm_restore import second_for
from upkeep.models import Restore, RestoreKind, RestoreState, RestoreStep
from upkeep.restores.preflight import Found, stops
from upkeep.restores.second import Second
from upkeep.restores.steps import RULES, Fact, Outcome, Step, failed_step, outcome_of, route
from upkeep.restores.words import ended_words, spell_seconds

SHOWS = {"system": "Onto systems", "rehearsal": "Rehearsals", "open": "Open"}
OPEN = (RestoreState.PREPARED, RestoreState.RUNNING, RestoreState.STUCK)
# Colour, icon and word of each state.
LIGHTS = {
    RestoreState.PREPARED: ("watch", "hourglass"),
    RestoreState.RUNNING: ("watch", "refresh-cw"),
    RestoreState.RESTORED: ("good", "circle-check"),
    RestoreState.SWAPPED_BACK: ("watch", "undo-2"),
    RestoreState.FAILED: ("act", "octagon-x"),
    RestoreState.STUCK: ("act", "octagon-alert"),
    RestoreState.CANCELLED: ("none", "circle-dashed"),
}


@dataclass(frozen=True, slots=True)
class RestoreRow:
    """A restore in a list."""

    restore: Restore

    @property
    def light(self) -> str:
        """Return the colour of its state."""
        return LIGHTS[RestoreState(self.restore.state)][0]

    @property
    def icon(self) -> str:
        """Return the icon of its state."""
        return LIGHTS[RestoreState(self.restore.state)][1]

    @property
    def word(self) -> str:
        """Return its state in words."""
        restore = self.restore
        if restore.state == RestoreState.RUNNING and restore.begun_at is None:
            return "Waits for its time" if restore.begins_at else "Waits for its turn"
        if restore.state == RestoreState.PREPARED and restore.look_at is not None:
            return "Looking at the system"
        if restore.state == RestoreState.PREPARED and self._cannot_begin:
            return "Cannot begin yet"
        if restore.state == RestoreState.FAILED and restore.kind == RestoreKind.REHEARSAL:
            return "Failed"
        return str(restore.get_state_display())

    @property
    def _cannot_begin(self) -> bool:
        restore = self.restore
        findings = [Found.from_dict(kept) for kept in restore.findings]
        return restore.checked_at is None or bool(stops(findings))

    @property
    def took(self) -> str:
        """Return the measured time; empty where there is none."""
        return "" if self.restore.took_seconds is None else spell_seconds(self.restore.took_seconds)


@dataclass(frozen=True, slots=True)
class RestoreView:
    """Everything that the page of one restore shows."""

    row: RestoreRow
    moments: Sequence[Moment]
    findings: Sequence[Found]
    is_checking: bool
    is_live: bool
    may_confirm: bool
    may_cancel: bool
    may_resume: bool
    needs_another: bool
    second: Second
    sentence: str

    @property
    def restore(self) -> Restore:
        """Return the row."""
        return self.row.restore

    @property
    def is_stopped(self) -> bool:
        """Does a finding forbid it?"""
        return bool(stops(self.findings))


def view_of(viewer: Viewer, restore: Restore) -> RestoreView:
    """Return what the page shows. Two queries."""
    is_prepared = restore.state == RestoreState.PREPARED
    may = viewer.can(Capability.RESTORE_SYSTEMS)
    findings = [Found.from_dict(kept) for kept in restore.findings]
    is_own = viewer.membership_id == restore.asked_by_id
    is_ready = may and is_prepared and restore.checked_at is not None and not stops(findings)
    is_running = restore.state == RestoreState.RUNNING
    is_checking = is_prepared and restore.look_at is not None
    is_over = restore.state not in OPEN
    return RestoreView(
        row=RestoreRow(restore),
        moments=moments_of(restore, list(restore.steps.order_by("number"))),
        findings=findings,
        is_checking=is_checking,
        is_live=is_running or is_checking,
        may_confirm=is_ready and not (is_own and restore.without_safety),
        may_cancel=may and (is_prepared or is_running) and restore.begun_at is None,
        may_resume=may and restore.state == RestoreState.STUCK,
        needs_another=is_ready and is_own and restore.without_safety,
        second=second_for(restore, viewer),
        sentence=ended_words(restore) if is_over or restore.state == RestoreState.STUCK else "",
    )


def moments_of(restore: Restore, rows: Sequence[RestoreStep]) -> list[Moment]:
    """Return the steps that were done, and those that come."""
    facts = [Fact(Step(row.code), Outcome(row.outcome)) for row in rows]
    if not facts and restore.state in (RestoreState.PREPARED, RestoreState.CANCELLED):
        return []
    is_over = restore.state not in OPEN
    failed = failed_step(restore.kind, facts)
    steps = route(restore.kind, facts)
    if is_over:
        steps = tuple(step for step in steps if outcome_of(step, facts) is not None)
    return [_moment(step, rows, is_failed=step is failed) for step in steps]


def _moment(step: Step, rows: Sequence[RestoreStep], *, is_failed: bool) -> Moment:
    own = [row for row in rows if row.code == step]
    if not own:
        return Moment(when=None, title=RULES[step].title, text="", place="next")
    last = own[-1]
    is_done = last.outcome in (Outcome.DONE, Outcome.FAILED)
    words = next((row.words for row in reversed(own) if row.words), "")
    if last.outcome == Outcome.FAILED:
        words = f"Did not work. {words}"
    elif is_done:
        words = " ".join(filter(None, [words, _lasted(own[0].at, last.at)]))
    title = RULES[step].title
    place = "failed" if last.outcome == Outcome.FAILED else "past" if is_done else "now"
    return Moment(when=own[0].at, title=title, text=words, place=place)


def _lasted(began: datetime, ended: datetime) -> str:
    seconds = round((ended - began).total_seconds())
    return f"{spell_seconds(seconds).capitalize()}." if seconds else ""


def restores_page(request: ViewerRequest) -> dict[str, Any]:
    """Return what the list shows. Two queries, however many there are."""
    narrowed = Narrowed.of(request)
    show = request.GET.get("show", "")
    rows = Restore.objects.select_related("device__site", "customer", "backup", "asked_by")
    rows = narrowed.apply(rows)
    if show == "open":
        rows = rows.filter(state__in=OPEN)
    elif show in RestoreKind.values:
        rows = rows.filter(kind=show)
    listed = keyset_page(request, rows, key="asked_at", newest_first=True)
    return {
        "rows": [RestoreRow(one) for one in listed.rows],
        "pager": listed.pager,
        "show": show if show in SHOWS else "",
        "shows": SHOWS,
        **narrowed.context,
    }
