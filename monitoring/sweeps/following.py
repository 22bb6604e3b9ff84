"""Following one check: each change leads to one step of its incident."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from monitoring import flapping
from monitoring.actions.attach_incident import attach_incident, hang_on
from monitoring.actions.end_incident import end_child, end_incident, let_go
from monitoring.actions.join_outage import join_outage
from monitoring.actions.join_tickets import join_tickets
from monitoring.actions.open_incident import open_incident
from monitoring.actions.recover_incident import recover_incident
from monitoring.actions.relapse_incident import relapse_incident
from monitoring.actions.stand_alone import stand_alone
from monitoring.chain import (
    before,
    behind,
    is_over,
    open_outage_of,
    outage_before,
    unproven_until,
)
from monitoring.following import Join, Step, join_for, step_for
from monitoring.models import Check, Incident, IncidentKind, StateChange
from monitoring.planned import planned_for
from monitoring.siblings import (
    checks_in,
    ends_in,
    goes_on_beside,
    is_carried,
    outages_beside,
    stage_of,
    wants_ticket,
)
from monitoring.states import State
from monitoring.sweeps.looking_back import first_failure, turns_of

# Equipment before that is not proven yet is looked at again this soon.
SOON = timedelta(seconds=5)
CHILD_AGAIN_IN = timedelta(minutes=1)
# So long at most until it is seen that nothing else of the device fails any more.
BESIDE_AGAIN_IN = timedelta(minutes=1)
# An outage that was proven this little before that of the equipment before it belongs to it.
JUST_BEFORE = timedelta(minutes=10)
BEGINS = frozenset({Step.OPEN, Step.RELAPSE, Step.STAND_ALONE})


class Follower:
    """One check, with its customer held. `follow` is called once."""

    def __init__(self, check: Check, actor: Viewer) -> None:
        self._check = check
        self._actor = actor
        self._now = database_now()
        self._before = before(check)
        self._incident = open_outage_of(check)
        self._steps: dict[Step, Callable[[StateChange], None]] = {
            Step.ATTACH: self._attach,
            Step.HANG_ON: self._hang_on,
            Step.RELAPSE: self._relapse,
            Step.RECOVER: self._recover,
            Step.STAND_ALONE: self._stand_alone,
            Step.END_CHILD: self._end_child,
        }

    def follow(self, changes: Sequence[StateChange]) -> None:
        """Handle the changes in order, up to one that has to wait; then see to what is due."""
        for place, change in enumerate(changes):
            back = next((it for it in changes[place + 1 :] if it.became == State.UP), None)
            until = self._take(change, back)
            if until is not None:
                StateChange.objects.filter(pk=change.pk).update(not_before=until)
                break
            StateChange.objects.filter(pk=change.pk).update(handled_at=self._now)
        if self._incident is not None:
            self._see_to(self._incident)
        self._show_flapping()

    def _take(self, change: StateChange, back: StateChange | None) -> datetime | None:
        """Do what a change asks for; returns until when it has to wait, if it has to.

        `back` is the change by which the equipment works again, if it does already.
        """
        step = step_for(stage_of(self._incident), State(change.became))
        if step in BEGINS:
            quiet = self._quiet(change.at)
            if not self._is_asked() or (quiet and back and back.at <= quiet):
                return None
            if quiet and not back and self._now < quiet:
                return quiet
        if step is Step.OPEN:
            return self._open(change, back)
        if step in self._steps:
            self._steps[step](change)
        return None

    def _open(self, change: StateChange, back: StateChange | None) -> datetime | None:
        began = first_failure(self._check.pk, change.at)
        root = outage_before(self._before)
        if root is not None:
            self._hang_under(self._check, root, began, change.at)
            self._incident = open_outage_of(self._check)
            return None
        latest = unproven_until(self._before, began, change.at)
        if back is None and latest is not None and self._now < latest:
            return min(self._now + SOON, latest)
        began = max(began, self._quiet(change.at) or began)
        confirmed = max(change.at, self._quiet(change.at) or change.at)
        outage = self._outage_to_join(confirmed)
        if outage is not None:
            self._hang_under(self._check, outage, began, confirmed)
            self._incident = open_outage_of(self._check)
            self._join(outage, change.words)
            return None
        self._incident = open_incident(
            check=self._check,
            began_at=began,
            confirmed_at=confirmed,
            cause=change.words,
            actor=self._actor,
        )
        self._gather_all(self._incident)
        return None

    def _outage_to_join(self, at: datetime) -> Incident | None:
        """Return the outage of the same device that this one belongs to; it goes on from `at`."""
        for outage in outages_beside(self._check):
            join = join_for(
                stage_of(outage),
                wants_ticket=wants_ticket(self._check),
                is_carried=is_carried(outage),
            )
            if join is Join.APART:
                continue
            if join is Join.REVIVE:
                self._go_on(outage, at)
            if outage.of_check.state == State.UP:
                _look_again(outage, self._now + BESIDE_AGAIN_IN)
            return outage
        return None

    def _join(self, outage: Incident, words: str) -> None:
        if self._incident is not None:
            self._incident.of_check = self._check
            join_outage(incident=self._incident, root=outage, cause=words, actor=self._actor)
            self._gather(outage)

    def _attach(self, change: StateChange) -> None:
        root = outage_before(self._before)
        # Without one it is not known to be down yet: its own incident gathers what is behind it.
        if root is not None and self._is_asked():
            self._hang_under(self._check, root, change.at, change.at)
            self._incident = open_outage_of(self._check)

    def _hang_on(self, change: StateChange) -> None:
        root = outage_before(self._before)
        if root is not None and self._incident is not None and root.pk != self._incident.pk:
            hang_on(incident=self._incident, root=root, actor=self._actor)

    def _relapse(self, change: StateChange) -> None:
        if self._incident is not None:
            self._go_on(self._incident, change.at)
            self._gather(self._incident)

    def _go_on(self, outage: Incident, at: datetime) -> None:
        is_flapping = flapping.is_flapping(turns_of([self._check.pk], at), at)
        relapse_incident(
            incident=outage,
            at=at,
            is_flapping=is_flapping or outage.kind == IncidentKind.FLAPPING,
            actor=self._actor,
        )

    def _recover(self, change: StateChange) -> None:
        if self._incident is not None:
            self._be_well(self._incident, change.at)

    def _be_well(self, outage: Incident, at: datetime) -> None:
        """Let an outage recover, unless another check of the device still fails."""
        if goes_on_beside(outage):
            _look_again(outage, self._now + BESIDE_AGAIN_IN)
            return
        calm_at = flapping.calm_at(turns_of(checks_in(outage), at))
        recover_incident(incident=outage, at=at, calm_at=calm_at, actor=self._actor)

    def _stand_alone(self, change: StateChange) -> None:
        if self._incident is not None and is_over(self._incident.parent):
            self._be_apart(self._incident, change.at, change.words)

    def _be_apart(self, incident: Incident, at: datetime, words: str) -> None:
        """Take it off an outage that is over: to another one of its device, or by itself."""
        outage = self._outage_to_join(at)
        if outage is not None:
            hang_on(incident=incident, root=outage, actor=self._actor)
            self._join(outage, words)
            return
        stand_alone(incident=incident, at=at, cause=words, actor=self._actor)
        self._gather_all(incident)

    def _end_child(self, change: StateChange) -> None:
        if self._incident is not None:
            self._incident.recovered_at = max(change.at, self._incident.opened_at)
            end_child(incident=self._incident, actor=self._actor)
            self._incident = None

    def _see_to(self, incident: Incident) -> None:
        if incident.closed_at is None and not self._is_asked():
            let_go(incident=incident, actor=self._actor)
        elif incident.look_at is not None and incident.look_at <= self._now:
            self._look(incident)

    def _show_flapping(self) -> None:
        # Last of all: the runner writes many checks at once, and must not wait for more than this.
        incident = self._incident
        is_flapping = (
            incident is not None
            and incident.closed_at is None
            and incident.kind == IncidentKind.FLAPPING
        )
        if is_flapping != (self._check.flapping_since is not None):
            since = self._now if is_flapping else None
            Check.objects.filter(pk=self._check.pk).update(flapping_since=since)

    def _look(self, incident: Incident) -> None:
        """See to an incident whose time has come."""
        if incident.parent_id is not None:
            self._look_at_child(incident)
        elif incident.recovered_at is not None:
            end_incident(incident=incident, actor=self._actor)
        elif self._check.state == State.UP:
            self._be_well(incident, max([self._check.since, *ends_in(incident)]))
        else:
            _look_again(incident, None)

    def _look_at_child(self, incident: Incident) -> None:
        if not is_over(incident.parent):
            join_tickets(incident=incident, actor=self._actor)
            _look_again(incident, None)
            return
        match State(self._check.state):
            case State.UP:
                incident.recovered_at = max(self._check.since, incident.opened_at)
                end_child(incident=incident, actor=self._actor)
            case State.DOWN if (quiet := self._quiet(self._now)) is not None:
                _look_again(incident, quiet)
            case State.DOWN:
                self._be_apart(incident, self._now, self._check.last_words)
            case _:
                _look_again(incident, self._now + CHILD_AGAIN_IN)

    def _gather_all(self, root: Incident) -> None:
        """Hang on an outage that gets a ticket what fails on the same device without one."""
        for outage in outages_beside(self._check):
            if outage.recovered_at is None:
                hang_on(incident=outage, root=root, actor=self._actor)
        self._gather(root)

    def _gather(self, root: Incident) -> None:
        """Hang on an outage what is behind it and down with it, or was just told before it."""
        checks = behind(self._check)
        rows = Incident.objects.open().filter(
            of_check__in=checks,
            parent=None,
            recovered_at=None,
            opened_at__gte=root.opened_at - JUST_BEFORE,
        )
        for incident in rows.exclude(pk=root.pk).order_by("pk"):
            hang_on(incident=incident, root=root, actor=self._actor)
        known = set(
            Incident.objects.open().filter(of_check__in=checks).values_list("of_check", flat=True)
        )
        for check in checks:
            if check.pk not in known and check.state == State.UNREACHABLE:
                self._hang_under(check, root, check.since, check.since)

    def _hang_under(
        self, check: Check, root: Incident, began: datetime, confirmed: datetime
    ) -> None:
        attach_incident(
            check=check, root=root, began_at=began, confirmed_at=confirmed, actor=self._actor
        )

    def _is_asked(self) -> bool:
        check, device = self._check, self._check.device
        return check.paused_at is None and device.retired_on is None and check.customer.is_active

    def _quiet(self, at: datetime) -> datetime | None:
        """Return when planned work on the equipment, or on what stands before it, is over."""
        planned = planned_for([self._check.customer_id])[self._check.customer_id]
        devices = [self._check.device, *(check.device for check in self._before)]
        return planned.quiet_until(devices, at)


def _look_again(incident: Incident, at: datetime | None) -> None:
    incident.look_at = at
    incident.save(update_fields=["look_at"])
