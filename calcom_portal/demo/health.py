"""The health checks of the demo: those of last month are signed, some of this month's wait.

The portal's own sweeps plan and judge; played here is only what the equipment answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Final

from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.equipment import HOST
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.world import World
from contracts.models import Device, DeviceKind
from monitoring.actions.give_health_value import give_health_value
from monitoring.actions.note_health_item import note_health_item
from monitoring.actions.open_finding import open_finding
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.health.readings import Fact
from monitoring.models import Connection, Driver, HealthItem, HealthReport, ProbeRequest
from monitoring.sweeps.collect_health_checks import collect_health_checks
from monitoring.sweeps.plan_health_checks import plan_health_checks
from tickets.actions import claim_ticket, reply_to_ticket

Milestone = tuple[datetime, Callable[[], None]]
Facts = dict[str, Fact]

AT_NIGHT: Final = time(2, 10)
ANSWERED_AFTER: Final = timedelta(seconds=4)
FIRST_REVIEW: Final = timedelta(days=2, hours=7)
BETWEEN_REVIEWS: Final = timedelta(minutes=12)
# Of this month's reports every third waits for its signature.
WAITS_EVERY: Final = 3
# Nothing listens there: what such a connection told is played here, and nowhere else.
PORT: Final = 28099
# Customers whose phone system lets us look into it, and how full its disk was last month.
LOOKED_INTO: Final = {"C-1001": 44, "C-1002": 73, "C-1005": 61, "C-1009": 52}
FILLS: Final = "C-1002"
ALL_WELL: Final = "All is well. Nothing for you to do."
COMMENTS: Final = (
    "Your phones and lines are well. Let us plan together what is marked.",
    "Nothing is urgent. We keep an eye on what is marked, and call you about it.",
    "We looked at everything with care. What is marked should not wait for long.",
)
CLEAN_UP: Final = "Recordings older than a year can go. We ask you before we delete anything."
WHEN: Final = (
    "I can do this one evening after you have closed; your telephones keep working. Which day suits"
    " you, and may the recordings of before last year go?"
)
TESTED_BEFORE: Final = timedelta(days=40)


def health_checks(world: World, began_at: datetime, now: datetime) -> Iterator[Milestone]:
    """Yield what happens, each at its instant; `began_at` is when the equipment was set up."""
    yield began_at + timedelta(minutes=1), partial(_connect, world)
    this = now.astimezone(ZONE).date().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    for month in (last, this):
        at = datetime.combine(month, AT_NIGHT, ZONE)
        if began_at < at < now - timedelta(hours=1):
            yield at, partial(_make, world, month == this, at)
            yield from _reviews(world, month, at, now, waits=month == this)


def _connect(world: World) -> None:
    """Write down how we look into a few phone systems."""
    with provider_scope(provider_id=world.provider_id):
        for customer in world.customers:
            if customer.number in LOOKED_INTO:
                systems = Device.objects.filter(customer=customer.id, kind=DeviceKind.PBX)
                for device in systems.order_by("pk")[:1]:
                    Connection.objects.create(
                        provider_id=world.provider_id,
                        customer_id=customer.id,
                        device=device,
                        driver=Driver.ASTERISK.value,
                        host=HOST,
                        port=PORT,
                    )


def _make(world: World, is_this_month: bool, at: datetime) -> None:
    """Plan the month's health checks, ask, answer, judge."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        plan_health_checks()
        collect_health_checks(limit=1_000)
    numbers = {customer.id: customer.number for customer in world.customers}
    with provider_scope(provider_id=world.provider_id), replayed_scope(at + ANSWERED_AFTER):
        waiting = list(ProbeRequest.objects.filter(answered_at=None).select_related("device"))
        for request in waiting:
            request.facts = _answer(request, numbers[request.customer_id], is_this_month)
            request.answered_at, request.outcome = at + ANSWERED_AFTER, "alive"
        ProbeRequest.objects.bulk_update(waiting, ["facts", "answered_at", "outcome"])
        collect_health_checks(limit=1_000)


def _answer(request: ProbeRequest, number: str, is_this_month: bool) -> Facts:
    random = Random(request.device_id * 2 + is_this_month)
    match request.kind:
        case "sip-udp":
            return {"sip.status": 200, "sip.server": request.device.product}
        case "nut":
            return _power(random)
        case "asterisk":
            return _calls(random, number, is_this_month)
        case "ssh":
            return _machine(random, number, is_this_month)
        case _:
            return {}


def _power(random: Random) -> Facts:
    return {
        "ups.charge_percent": 100,
        "ups.runtime_minutes": random.choice((12, 24, 31, 38, 41)),
        "ups.load_percent": random.randint(22, 58),
        "ups.on_battery": 0,
        "ups.battery_low": 0,
        "ups.replace_battery": 0,
    }


def _calls(random: Random, number: str, is_this_month: bool) -> Facts:
    missing = 5 if number == "C-1005" and is_this_month else random.randint(0, 1)
    facts: Facts = {
        "version": "Asterisk 22.10.1",
        "phones.registered": 42 - missing,
        "phones.provisioned": 42,
        "trunks.count": 2,
        "trunks.down": 0,
        "voicemail.boxes": 42,
        "voicemail.new": random.randint(12, 40),
        "voicemail.used_percent": random.randint(9, 64),
    }
    return facts | ({"phones.missing": "112, 113, 118, 121, 140"} if missing == 5 else {})


def _machine(random: Random, number: str, is_this_month: bool) -> Facts:
    filled = LOOKED_INTO.get(number, 50)
    grown = (13 if number == FILLS else 2) * is_this_month
    return {
        "disk.used_percent:/": 38,
        "disk.used_percent:/var/spool/asterisk": filled + grown,
        "disk.inodes_percent:/": 9,
        "memory.used_percent": random.randint(48, 66),
        "load.per_core": round(random.uniform(0.05, 0.4), 2),
        "uptime.seconds": (61 + 30 * is_this_month) * 86_400,
        "boots.month": 0,
        "updates.waiting": 3 if number == "C-1009" and is_this_month else 0,
        "log.errors_day": random.randint(4, 19),
        "logins.refused_day": random.randint(80, 400),
        "clock.offset_ms": random.randint(-180, 180),
    }


def _reviews(
    world: World, month: date, at: datetime, now: datetime, *, waits: bool
) -> Iterator[Milestone]:
    places = [site for customer in world.customers for site in customer.sites]
    for number, site in enumerate(places):
        signed_at = at + FIRST_REVIEW + number * BETWEEN_REVIEWS
        if signed_at < now and not (waits and number % WAITS_EVERY == WAITS_EVERY - 1):
            actor = world.viewers[world.technicians[number % len(world.technicians)]]
            review = partial(_review, world.provider_id, site.id, month, number, actor, signed_at)
            yield signed_at, review


def _review(
    provider_id: int, site_id: int, month: date, number: int, actor: Viewer, at: datetime
) -> None:
    """Look at a report as a technician does, and sign it; there is none where nothing is owed."""
    with provider_scope(provider_id=provider_id), replayed_scope(at):
        report = HealthReport.objects.filter(site=site_id, month=month, signed_at=None).first()
        if report is None:
            return
        lines = HealthItem.objects.filter(health_check__report=report)
        for line in lines.filter(code="emergency").order_by("pk"):
            day = (at - TESTED_BEFORE).astimezone(ZONE).date().isoformat()
            give_health_value(item=line, measure="emergency.test", given=day, actor=actor)
        for line in lines.filter(code="disk", status="warn").order_by("pk"):
            note_health_item(item=line, note=CLEAN_UP, actor=actor)
            ticket = open_finding(item=line, actor=actor)
            claim_ticket(ticket=ticket, actor=actor)
            reply_to_ticket(ticket=ticket, text=WHEN, actor=actor)
        has_findings = lines.filter(status__in=("warn", "crit")).exists()
        comment = COMMENTS[number % len(COMMENTS)] if has_findings else ALL_WELL
        sign_health_report(report=report, comment=comment, actor=actor)
