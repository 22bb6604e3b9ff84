"""Loading the demo: everything in one transaction, so that an interrupted load leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from operator import itemgetter

from django.db import connection, transaction

from accounts.letterhead import Letterhead
from accounts.models import Provider, User
from calcom_portal.common.tenancy import provider_scope, replayed_scope, system_scope
from calcom_portal.demo.agreements import AGREEMENTS
from calcom_portal.demo.backups import backups
from calcom_portal.demo.beginners import appoint_operator, begin_harbor
from calcom_portal.demo.casting import Promising
from calcom_portal.demo.changes import change_by_hand
from calcom_portal.demo.colleagues import LEFT, settle_colleagues
from calcom_portal.demo.customers import CUSTOMERS
from calcom_portal.demo.founding import Founder, create_people, found
from calcom_portal.demo.goods import Shelf, fill_shelves, send_lists, swap_gateway
from calcom_portal.demo.health import health_checks
from calcom_portal.demo.inspections import inspections
from calcom_portal.demo.labour import issue_month, loose_ends, statement_days, today
from calcom_portal.demo.letters import settle_old_notices
from calcom_portal.demo.lives import lives
from calcom_portal.demo.people import (
    CUSTOMER_PEOPLE,
    FOUNDER,
    HARBOR_DOMAIN,
    OPERATOR,
    OPERATOR_DOMAIN,
    PROVIDER_DOMAIN,
    RIVAL_DOMAIN,
    RIVAL_PEOPLE,
    RIVAL_STAFF,
    STAFF,
)
from calcom_portal.demo.phone_updates import phone_updates
from calcom_portal.demo.replay import Replay
from calcom_portal.demo.rival import RIVAL, RIVAL_CUSTOMER, rival_acts
from calcom_portal.demo.scenario import HISTORY, scenario
from calcom_portal.demo.telling import DAY_OF_WORK
from calcom_portal.demo.updates import updates
from calcom_portal.demo.watching import watching
from calcom_portal.demo.world import CustomerRow, DeviceRow, SiteRow, World
from contracts.models import Calendar
from contracts.promised import promised_for, service_calendar
from contracts.sla import Promise

SLUG = "calcom"
# Any number; two loads at once would both find nothing.
LOAD_LOCK = 20_261_124
LETTERHEAD = Letterhead(
    name="CalCom",
    address="500 Howard Street, Suite 210\nSan Francisco, CA 94105",
    phone="+14155550100",
    email=f"service@{PROVIDER_DOMAIN}",
    website=PROVIDER_DOMAIN,
)
OFFERED = timedelta(days=2)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load wrote."""

    customers: int
    devices: int
    tickets: int


def load_demo() -> Loaded | None:
    """Write the demo, up to the database's present instant; None when it is there already."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        with system_scope("look whether the demo is there") as scope:
            now = scope.now
            if Provider.objects.filter(slug=SLUG).exists():
                return None
        return _load(now)


def _load(now: datetime) -> Loaded:
    domains = {spec.number: spec.domain for spec in CUSTOMERS} | {
        "": PROVIDER_DOMAIN,
        RIVAL_CUSTOMER.number: RIVAL_CUSTOMER.domain,
    }
    everybody = (*STAFF, LEFT, *CUSTOMER_PEOPLE, *RIVAL_PEOPLE)
    people = [(person, domains[person.company]) for person in everybody]
    others = ((FOUNDER, HARBOR_DOMAIN), (OPERATOR, OPERATOR_DOMAIN))
    users = create_people([*people, *((person, RIVAL_DOMAIN) for person in RIVAL_STAFF), *others])
    provider = found(
        now,
        name="CalCom",
        slug=SLUG,
        reference_prefix="CC",
        mail_from=f"service@{PROVIDER_DOMAIN}",
        phone="+14155550100",
    )
    calcom = Founder(provider, users, now)
    calcom.open_office(STAFF)
    calcom.widen_catalogue()
    calcom.print_letterhead(LETTERHEAD)
    for spec in sorted(CUSTOMERS, key=lambda spec: -spec.since):
        calcom.take_on(spec, [one for one in CUSTOMER_PEOPLE if one.company == spec.number])
    tickets = _history(calcom, now)
    _rival(users, now)
    begin_harbor(users[FOUNDER.name], now)
    appoint_operator(users[OPERATOR.name])
    return Loaded(len(calcom.customers), calcom.installed, tickets)


def _history(founder: Founder, now: datetime) -> int:
    """Play the three months; the one draft is written in between, in its turn."""
    world = founder.world()
    with provider_scope(provider_id=world.provider_id), replayed_scope(now):
        calendar = service_calendar(Calendar.objects.get(is_default=True).newest().pk)
        acts = scenario(world, calendar, _promising(now), now)
    replay, played = Replay(world), acts[0].at
    for at, happen in sorted(_milestones(founder, world, now), key=itemgetter(0)):
        replay.play([act for act in acts if played <= act.at < at], at)
        happen()
        played = at
    tickets = replay.play([act for act in acts if act.at >= played], now)
    loose_ends(world, founder.admin, now)
    change_by_hand(world, founder.viewers[world.technicians[0]], now)
    swap_gateway(_shelf(founder, world, now))
    founder.hire(LEFT, now)
    settle_colleagues(world, now)
    # What was told on the last day of work, or since yesterday, really goes out.
    settle_old_notices(world.provider_id, min(now - DAY, calendar.add(now, -DAY_OF_WORK)))
    return tickets


def _milestones(
    founder: Founder, world: World, now: datetime
) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Yield what the office does between the tickets, each at its instant."""
    yield from lives(world, founder.admin, now)
    yield from watching(world, now - HISTORY, now)
    yield from health_checks(world, now - HISTORY, now)
    yield from backups(world, founder.admin, now)
    yield from inspections(world, now)
    yield from updates(world, now)
    yield from phone_updates(world, now)
    offered_at = now - OFFERED
    for agreement in AGREEMENTS:
        if not agreement.signed:
            yield offered_at, partial(founder.offer, agreement, offered_at)
    shelf, first = _shelf(founder, world, now), now - HISTORY
    yield first, partial(fill_shelves, shelf, first)
    yield offered_at, partial(send_lists, shelf, offered_at)
    for at, month in statement_days(now, today(world, now)):
        yield at, partial(issue_month, world, month, at, founder.admin)


def _shelf(founder: Founder, world: World, now: datetime) -> Shelf:
    technician = founder.viewers[world.technicians[0]]
    return Shelf(world.provider_id, founder.admin, technician, now)


def _promising(now: datetime) -> Promising:
    @cache
    def promise(customer: CustomerRow, site: SiteRow, device: DeviceRow | None) -> Promise:
        device_id = device.id if device else None
        found = promised_for(customer_id=customer.id, site_id=site.id, device_id=device_id, at=now)
        return found.promise

    return promise


def _rival(users: Mapping[str, User], now: datetime) -> None:
    founder = Founder(found(now, **RIVAL), users, now)
    founder.open_office(RIVAL_STAFF)
    founder.take_on(RIVAL_CUSTOMER, RIVAL_PEOPLE)
    world = founder.world()
    Replay(world).play(rival_acts(world, now), now)
    settle_old_notices(world.provider_id, now - DAY)
