"""Labour in the demo: what the technicians write down, what is asked about it, and statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from accounts.models import Customer
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, replayed_scope
from calcom_portal.demo.acts import Act, given
from calcom_portal.demo.outages import ZONE
from calcom_portal.demo.stories import Verb
from calcom_portal.demo.stories.turns import ANSWERS
from calcom_portal.demo.telling import Case
from calcom_portal.demo.world import World
from contracts.coverage import Work
from contracts.days import today_of_provider
from contracts.sla import ServiceCalendar
from tickets import actions
from tickets.labour import LabourFacts
from tickets.models import Cause, Kind, LabourEntry, Statement, Ticket
from tickets.presenters.pay import WORKS_OF_KIND
from tickets.statements import next_month, totals_waiting
from tickets.states import State

SEED: Final = 20_261_125
MINUTE: Final = timedelta(minutes=1)
# Statements go out on the second day of the next month, in the Pacific morning.
ISSUED_AFTER: Final = timedelta(days=1, hours=18)
STATEMENTS: Final = 2
ON_SITE: Final = frozenset(
    {
        Work.TROUBLESHOOTING,
        Work.REINSTALLATION,
        Work.INSPECTION,
        Work.TRAINING,
        Work.INSTALLATION,
    }
)
NOTES: Final = {
    Work.TROUBLESHOOTING: ("Traced the fault and cleared it", "Tested line by line until quiet"),
    Work.REMOTE_SUPPORT: ("Looked at it together on the screen", "Settings checked remotely"),
    Work.REINSTALLATION: ("Old unit out, new one in and tested",),
    Work.PROGRAMMING: ("Changed as asked, and tested with a call",),
    Work.RESTORE: ("Brought back from the backup, checked afterwards",),
    Work.FIRMWARE: ("Updated one after the other, calls tested",),
    Work.INSPECTION: ("Yearly inspection by the list",),
    Work.TRAINING: ("Introduction for the people at the desk",),
    Work.INSTALLATION: ("Mounted, patched and named",),
}


def labour_of(case: Case, acts: Sequence[Act], calendar: ServiceCalendar) -> Iterator[Act]:
    """Yield what is written down of a case: the first look, and what was done in the end."""
    random = Random(SEED + case.key)
    work = WORKS_OF_KIND[Kind(case.story.kind)][0]
    answer = next((act for act in acts if act.verb in ANSWERS), None)
    done = next((act for act in acts if act.verb is Verb.RESOLVE), None)
    visit = next((act for act in acts if act.verb is Verb.SCHEDULE), None)
    if answer is not None and answer is not done and work is Work.TROUBLESHOOTING:
        # Where troubleshooting is in the contract nobody is helped at the customer's expense.
        first = Work.REMOTE_SUPPORT if case.target is None else work
        yield _worked(answer, first, random, timedelta(minutes=random.randint(6, 34)))
    if visit is not None and done is not None:
        start = given(visit.start)
        end = start + timedelta(minutes=random.randint(35, 95))
        swaps = work is Work.TROUBLESHOOTING and random.random() < 0.5
        at_place = Work.REINSTALLATION if swaps else work
        note = random.choice(NOTES[at_place])
        yield Act(
            max(end + 6 * MINUTE, done.at + MINUTE),
            *(done.ticket, Verb.LABOUR, case.technician, note),
            start=start,
            until=end,
            work=at_place.value,
            trip=at_place in ON_SITE,
        )
    elif done is not None:
        length = timedelta(minutes=random.randint(12, 75))
        late = calendar.next_closing(done.at) + 25 * MINUTE if random.random() < 0.12 else None
        act = _worked(done, work, random, length)
        yield replace(act, at=late + MINUTE, until=late) if late else act


def _worked(act: Act, work: Work, random: Random, length: timedelta) -> Act:
    """Return work that ended just before somebody wrote of it."""
    end = act.at - random.randint(1, 3) * MINUTE
    return Act(
        act.at + random.randint(1, 6) * MINUTE,
        *(act.ticket, Verb.LABOUR, act.by, random.choice(NOTES[work])),
        start=end - length,
        until=end,
        work=work.value,
    )


def write_down(ticket: Ticket, act: Act, actor: Viewer) -> None:
    """Log what an act says, on the ticket's own device."""
    facts = LabourFacts(
        work=Work(act.work),
        started_at=given(act.start),
        ended_at=given(act.until),
        device_id=ticket.device_id,
        note=act.text,
        trip=act.trip,
    )
    stands = Ticket.objects.filter(pk=ticket.pk).exclude(state=State.MERGED).exists()
    # A visit of a month that was closed before the ticket was resolved is written down nowhere.
    if stands and not _is_closed(ticket, facts.started_at):
        actions.log_labour(ticket=ticket, facts=facts, overlap_ok=True, actor=actor)


def _is_closed(ticket: Ticket, at: datetime) -> bool:
    month = at.astimezone(ZONE).date().replace(day=1)
    return Statement.objects.filter(customer=ticket.customer_id, month__gte=month).exists()


def statement_days(now: datetime, day: date) -> list[tuple[datetime, date]]:
    """Return when the statements of the newest months that are over were issued, oldest first."""
    days: list[tuple[datetime, date]] = []
    month = day.replace(day=1)
    while len(days) < STATEMENTS:
        month = (month - timedelta(days=1)).replace(day=1)
        issued_at = datetime.combine(next_month(month), time(), UTC) + ISSUED_AFTER
        if issued_at < now:
            days.append((issued_at, month))
    return sorted(days)


def issue_month(world: World, month: date, at: datetime, admin: Viewer) -> None:
    """Issue the statements of all customers at an instant of the past."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(at):
        for customer in Customer.objects.filter(pk__in=totals_waiting(month)).order_by("name"):
            actions.issue_statement(customer=customer, month=month, actor=admin)


def today(world: World, now: datetime) -> date:
    """Return the provider's day of the load."""
    with provider_scope(provider_id=world.provider_id):
        return today_of_provider(world.provider_id, now)


def loose_ends(world: World, admin: Viewer, now: datetime) -> None:
    """Leave what a working day leaves: questions, a waived charge, a running timer."""
    with provider_scope(provider_id=world.provider_id), replayed_scope(now):
        newest = LabourEntry.objects.standing().filter(lines__amount__gt=0).distinct()
        rows = newest.select_related("ticket__reporter").order_by("-pk")
        # The customer whose people are listed for signing in sees a question of its own first.
        own = list(rows.filter(customer_id=world.customers[0].id)[:2])
        entries = [*own, *rows.exclude(customer_id=world.customers[0].id)[: 4 - len(own)]]
        for place, entry in enumerate(entries[:3]):
            _asked(world, entry, place, admin)
        if len(entries) == 4:
            reason = "The second visit was ours to make"
            actions.override_labour(
                entry=entries[3], cause=Cause.GOODWILL, reason=reason, actor=admin
            )
        _correct_one(world)
        _start_timer(world)


QUESTIONS: Final = (
    "We thought that this was part of the contract?",
    "Was it really that long? We remember half an hour.",
    "Who ordered this? None of us did.",
)


def _asked(world: World, entry: LabourEntry, place: int, admin: Viewer) -> None:
    reporter = world.viewers.get(entry.ticket.reported_by)
    if reporter is None or not reporter.is_customer:
        return
    question = actions.ask_about_labour(entry=entry, text=QUESTIONS[place], actor=reporter)
    if place == 1:
        text = "Two of us were there: the second half hour was for the labels at the desks."
        actions.answer_labour_question(question=question, text=text, actor=admin)
    elif place == 2:
        actions.override_labour(
            entry=entry, cause=Cause.DISPUTE, reason="You had not ordered it", actor=admin
        )


def _correct_one(world: World) -> None:
    rows = LabourEntry.objects.standing().filter(lines__clause="TROUBLE", minutes__gt=30)
    entry = rows.select_related("ticket").order_by("-pk").first()
    if entry is None:
        return
    facts = LabourFacts.of(entry)
    shorter = replace(facts, ended_at=facts.ended_at - 10 * MINUTE)
    technician = world.viewers[entry.technician_name]
    actions.correct_labour(
        entry=entry,
        facts=shorter,
        reason="Ten minutes were for another call",
        overlap_ok=True,
        actor=technician,
    )


def _start_timer(world: World) -> None:
    technician = world.viewers[world.technicians[0]]
    mine = Ticket.objects.with_person(technician.membership_id).order_by("pk").first()
    if mine is not None:
        actions.start_timer(ticket=mine, actor=technician)
