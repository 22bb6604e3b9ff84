"""Watching the demo's equipment: connections, checks, three months of figures, outages, plans.

Outages are changes of state at instants of the past; what follows from them (incidents, tickets,
notes, notices) is done by the real follower and by the real actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.backup_taking import back_up_for
from calcom_portal.demo.equipment import HOST, SWITCH, Asked, Place, places
from calcom_portal.demo.figures import fill_figures, mark_outage
from calcom_portal.demo.outages import OUTAGES, PLANNED, ZONE, Care, Outage, PlannedWork
from calcom_portal.demo.ways_in import furnish_ways_in
from calcom_portal.demo.world import World
from contracts.models import Device
from monitoring.check_settings import checked_settings
from monitoring.models import (
    Check,
    Connection,
    EgressAllowance,
    Incident,
    Maintenance,
    Recurrence,
    StateChange,
)
from monitoring.states import State
from monitoring.sweeps.follow_changes import follow_changes
from tickets import actions
from tickets.models import Ticket
from tickets.states import Move

MINUTE = timedelta(minutes=1)
PROVEN_AFTER = timedelta(seconds=41)
HALF_A_MINUTE = timedelta(seconds=30)
CALM = timedelta(minutes=10, seconds=20)
BETWEEN_DROPS = timedelta(minutes=4)
Milestone = tuple[datetime, Callable[[], None]]
Key = tuple[str, str, str, str]


@dataclass
class Watch:
    """Who watches, up to when, and the checks by customer, site, device and name."""

    world: World
    now: datetime
    checks: dict[Key, Check] = field(default_factory=dict)

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """Act for the provider at an instant."""
        with provider_scope(provider_id=self.world.provider_id), replayed_scope(instant):
            yield

    def check_of(self, outage: Outage) -> Check:
        """Return the check that an outage is about."""
        return self.checks[outage.customer, outage.site, outage.device, outage.asked.name]

    def behind(self, check: Check) -> list[Check]:
        """Return what cannot be reached without this check's device."""
        return [one for one in self.checks.values() if one.parent_id == check.pk]


def watching(world: World, began_at: datetime, now: datetime) -> Iterator[Milestone]:
    """Yield what happens, each at its instant: `began_at` is when everything was set up."""
    watch = Watch(world, now)
    yield began_at, partial(_set_up, watch, began_at)
    for number, outage in enumerate(OUTAGES):
        yield from _play(watch, outage, world.technicians[number % len(world.technicians)])
    for planned in PLANNED:
        at = now + min(planned.begins_in, timedelta()) - timedelta(days=1)
        yield at, partial(_plan, watch, planned, at)
    yield now - timedelta(seconds=1), partial(_settle, watch)


def _set_up(watch: Watch, at: datetime) -> None:
    """Write down how everything is reached and asked."""
    with watch.at(at):
        EgressAllowance.objects.create(
            provider_id=watch.world.provider_id,
            network="127.0.0.0/8",
            note="The equipment of the demo is played on this machine",
            created_at=at,
        )
        furnish_ways_in(watch.world.customers[0].id, watch.world.viewers[watch.world.dispatcher])
        for place, device in _devices(watch.world):
            watch.checks[_key(place)] = _check(watch, place, device, at)
        # At once, for the health checks on the way look back at them.
        pairs = [(watch.checks[_key(place)].pk, place.asked) for place in places()]
        fill_figures(pairs, watch.now)
        for outage in OUTAGES:
            _mark(watch, outage)


def _key(place: Place) -> Key:
    return (place.customer, place.site, place.device.name, place.asked.name)


def _devices(world: World) -> Iterator[tuple[Place, Device]]:
    ids = {
        (customer.number, site.name, device.name): device.id
        for customer in world.customers
        for site in customer.sites
        for device in site.devices
    }
    found = Device.objects.in_bulk(ids.values())
    for place in places():
        yield place, found[ids[place.customer, place.site, place.device.name]]


def _check(watch: Watch, place: Place, device: Device, at: datetime) -> Check:
    owner: dict[str, Any] = {"provider_id": device.provider_id, "customer_id": device.customer_id}
    asked = place.asked
    connection, _ = Connection.objects.get_or_create(
        **owner, device=device, driver=asked.driver, host=HOST, port=place.port
    )
    parent = watch.checks.get((place.customer, place.site, "Network switch", SWITCH.name))
    told = {"scheme": "http"} if asked.kind == "web" else {}
    made: Check = Check.objects.create(
        **owner,
        device=device,
        connection=connection,
        parent=parent,
        name=asked.name,
        kind=asked.kind,
        settings=checked_settings(asked.kind, told),
        every_seconds=asked.every_seconds,
        created_at=at,
        since=at,
        state=State.UP.value,
        settled=State.UP.value,
        row=3,
    )
    return made


def _play(watch: Watch, outage: Outage, technician: str) -> Iterator[Milestone]:
    began = outage.began(watch.now)
    for drop in range(outage.times):
        first = began + drop * ((outage.lasts or MINUTE) + BETWEEN_DROPS)
        proven = first + PROVEN_AFTER
        yield proven + timedelta(seconds=4), partial(_fall, watch, outage, first, proven)
        if outage.lasts is not None:
            back = first + outage.lasts
            yield back + 2 * MINUTE, partial(_rise, watch, outage, first, back)
            yield back + 2 * MINUTE + CALM, partial(_follow, back + 2 * MINUTE + CALM)
    if outage.times > 1:
        yield began + 150 * MINUTE, partial(_follow, began + 150 * MINUTE)
    actor = watch.world.viewers[technician]
    for turn in outage.turns:
        at = began + PROVEN_AFTER + turn.after
        yield at, partial(_care, watch, outage, turn.care, turn.text, actor, at)


def _fall(watch: Watch, outage: Outage, first: datetime, proven: datetime) -> None:
    """Let equipment fall silent, with what stands behind it, and have it followed."""
    follow_at = proven + timedelta(seconds=4)
    with watch.at(follow_at):
        check = watch.check_of(outage)
        # What stands before it has answered meanwhile: it is not the reason.
        if check.parent_id is not None:
            Check.objects.filter(pk=check.parent_id).update(last_at=proven)
        _change(check, State.SUSPECT, first, outage.words)
        _change(check, State.DOWN, proven, outage.words)
        for one in watch.behind(check):
            _change(one, State.UNREACHABLE, proven + timedelta(seconds=2), "The switch is down")
    _follow(follow_at)


def _rise(watch: Watch, outage: Outage, first: datetime, back: datetime) -> None:
    """Let equipment answer again, with what stands behind it."""
    follow_at = back + 2 * MINUTE
    with watch.at(follow_at):
        check = watch.check_of(outage)
        _change(check, State.RECOVERING, back - HALF_A_MINUTE, "It answers again")
        _change(check, State.UP, back, "It answers again")
        for one in watch.behind(check):
            _change(one, State.UP, back + HALF_A_MINUTE, "It answers again")
    _follow(follow_at)


def _change(check: Check, became: State, at: datetime, words: str) -> None:
    StateChange.objects.create(
        provider_id=check.provider_id,
        customer_id=check.customer_id,
        of_check=check,
        at=at,
        was=check.state,
        became=became.value,
        words=words,
    )
    check.state, check.since, check.last_words = became.value, at, words
    if became in (State.UP, State.DOWN):
        check.settled, check.row = became.value, 3 if became is State.UP else -3
    check.save(update_fields=["state", "since", "last_words", "settled", "row"])


def _follow(at: datetime) -> None:
    with system_scope("the demo follows its outages"), replayed_scope(at):
        follow_changes()


def _care(watch: Watch, outage: Outage, care: Care, text: str, actor: Viewer, at: datetime) -> None:
    with watch.at(at):
        check = watch.check_of(outage)
        incident = Incident.objects.filter(of_check=check).latest("opened_at")
        if incident.ticket is not None and incident.ticket.is_live:
            CARE[care](incident.ticket, text, actor)


def _resolve(ticket: Ticket, text: str, actor: Viewer) -> None:
    back_up_for(ticket, Move.RESOLVE)
    actions.resolve_ticket(ticket=ticket, text=text, actor=actor)


CARE: dict[Care, Callable[[Ticket, str, Viewer], object]] = {
    Care.CLAIM: lambda ticket, text, actor: actions.claim_ticket(ticket=ticket, actor=actor),
    Care.NOTE: lambda ticket, text, actor: actions.add_note(ticket=ticket, text=text, actor=actor),
    Care.CALL: lambda ticket, text, actor: actions.log_call(ticket=ticket, text=text, actor=actor),
    Care.RESOLVE: _resolve,
}


def _plan(watch: Watch, planned: PlannedWork, at: datetime) -> None:
    customer = next(one for one in watch.world.customers if one.number == planned.customer)
    site = next(one for one in customer.sites if one.name == planned.site)
    local = (watch.now + planned.begins_in).astimezone(ZONE)
    local -= timedelta(minutes=local.minute % 15)
    with watch.at(at):
        Maintenance.objects.create(
            provider_id=watch.world.provider_id,
            customer_id=customer.id,
            site_id=site.id,
            title=planned.title,
            starts_on=local.date(),
            starts_at=local.time().replace(second=0, microsecond=0),
            zone=str(ZONE),
            minutes=planned.length // MINUTE,
            recurrence=Recurrence.WEEKLY if planned.weekly else Recurrence.ONCE,
            weekdays=[local.isoweekday()] if planned.weekly else [],
            made_by_id=watch.world.viewers[watch.world.dispatcher].membership_id,
            made_at=at,
        )


def _settle(watch: Watch) -> None:
    """Give every check its last answer and its figures."""
    random = Random(len(watch.checks))
    by_place = {_key(place): place for place in places()}
    with watch.at(watch.now):
        pairs = [(check, by_place[key]) for key, check in watch.checks.items()]
        for check, place in pairs:
            _answer(check, place, watch.now - timedelta(seconds=random.uniform(1, 55)), random)
        Check.objects.bulk_update([check for check, _ in pairs], ANSWERED)


ANSWERED = ("last_at", "last_outcome", "last_words", "last_took_us", "last_facts")


def _mark(watch: Watch, outage: Outage) -> None:
    check, began = watch.check_of(outage), outage.began(watch.now)
    for drop in range(outage.times):
        first = began + drop * ((outage.lasts or MINUTE) + BETWEEN_DROPS)
        end = first + outage.lasts if outage.lasts else watch.now
        column = "maintenance_seconds" if outage.is_planned else "down_seconds"
        mark_outage([check.pk], first, end, column)
        mark_outage([one.pk for one in watch.behind(check)], first, end, "unknown_seconds")


def _answer(check: Check, place: Place, at: datetime, random: Random) -> None:
    check.last_at = at
    if check.state != State.UP:
        check.last_outcome, check.last_took_us = "dead", None
        return
    check.last_took_us = int(place.asked.usual_us * random.uniform(0.7, 1.3))
    check.last_outcome, check.last_words, check.last_facts = _last(place)


def _last(place: Place) -> tuple[str, str, dict[str, str | int | float]]:
    software = f"{place.device.product.vendor} {place.device.product.model}"
    asked: Asked = place.asked
    match asked.kind:
        case "sip-udp":
            status = 404 if place.device.kind == "phone" else 200
            words = "404 Not Found" if status == 404 else "200 OK"
            return "alive", f"SIP answered {words}", {"sip.status": status, "sip.server": software}
        case "web":
            return "alive", "The page answered 200", {"web.status": 200}
        case "nut" if place.is_on_battery:
            facts = {"ups.charge_percent": 71, "ups.runtime_minutes": 16, "ups.on_battery": 1}
            return "degraded", "The power supply says OB DISCHRG", {**facts, "ups.model": software}
        case "nut":
            facts = {"ups.charge_percent": 100, "ups.runtime_minutes": 39, "ups.on_battery": 0}
            return "alive", "The power supply says OL", {**facts, "ups.model": software}
        case _:
            return "alive", f"Port {place.port} is open", {}
