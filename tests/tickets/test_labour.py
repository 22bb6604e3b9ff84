"""Labour is frozen with its verdict: by clause or rate, in hours and out, to the cent."""

from __future__ import annotations

from datetime import date

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import provider_scope
from contracts.coverage import Work
from tests.builders import build_device, build_price_list, build_site, build_warranty
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import fresh, kinds, nothing_changes, opened, request_of
from tests.tickets.labour import WEDNESDAY_18, lines_of, logged, sign, told, work
from tickets.actions import (
    answer_labour_question,
    ask_about_labour,
    correct_labour,
    log_labour,
    open_ticket,
    override_labour,
    strike_labour,
)
from tickets.labour import LabourFacts
from tickets.models import Cause, LabourEntry, LabourLine, LabourQuestion, Ticket
from tickets.overlaps import Overlapping
from tickets.verification import verify_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday, seen from Wednesday evening; the company has a Tier 2 contract."""
    sign(cast, "TIER2")
    build_price_list(cast.calcom)
    found = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    return found


def on_the_system(cast: Cast, start: str, end: str, kind: Work, **options: object) -> LabourFacts:
    """Return work on Bayview's phone system."""
    return work(start, end, kind, device_id=cast.phone_system.pk, **options)


def test_covered_work_costs_nothing_and_says_what_it_is_worth(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "09:00", "09:50", Work.TROUBLESHOOTING), cast.dana)
    (line,) = lines_of(entry)
    assert (line.covered, line.clause, str(line.amount)) == (True, "TROUBLE", "0.00")
    assert (line.minutes, line.charged_minutes, str(line.worth)) == (50, 60, "95.00")
    assert line.reason == "Troubleshooting is included in Tier 2."
    assert (entry.day, entry.technician_name) == (date(2026, 6, 17), "Dana Okafor")


def test_billable_work_costs_its_rate_for_the_rounded_minutes(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "09:00", "09:50", Work.TRAINING), cast.dana)
    assert told(entry) == [("training", True, 50, 60, "normal", "95.00")]
    assert lines_of(entry)[0].reason == "Training is not part of Tier 2: USD 95.00 an hour."


def test_work_across_closing_time_is_cut_there_and_rounded_once(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "16:50", "17:25", Work.TRAINING), cast.dana)
    assert told(entry) == [
        ("training", True, 10, 10, "normal", "15.83"),
        ("training", False, 25, 35, "after_hours", "83.13"),
    ]
    assert entry.charged_minutes == 45


def test_programming_is_covered_until_closing_time_only(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "16:30", "17:30", Work.PROGRAMMING), cast.dana)
    assert [line[4:] for line in told(entry)] == [("PROGRAM", "0.00"), ("after_hours", "71.25")]


def test_a_trip_is_a_line_of_its_own(cast: Cast, ticket: Ticket) -> None:
    facts = on_the_system(cast, "09:00", "09:30", Work.TROUBLESHOOTING, trip=True)
    entry = logged(ticket, facts, cast.dana)
    assert told(entry) == [
        ("troubleshooting", True, 30, 30, "TROUBLE", "0.00"),
        ("trip", True, 0, 0, "trip", "45.00"),
    ]


def test_a_swap_is_covered_during_the_warranty_of_that_product_only(
    cast: Cast, ticket: Ticket
) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        contract = fresh(ticket).contract
    assert contract is not None
    build_warranty(contract, cast.phone_system, ends_on=date(2026, 6, 16))
    late = logged(ticket, on_the_system(cast, "09:00", "10:00", Work.REINSTALLATION), cast.dana)
    facts = work(
        "09:00", "10:00", Work.REINSTALLATION, device_id=cast.phone_system.pk, day="2026-06-16"
    )
    in_time = logged(ticket, facts, cast.dana)
    assert [line[4] for line in told(late) + told(in_time)] == ["normal", "SWAP"]


def test_one_inspection_a_year_is_covered_and_one_is_a_ticket(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    inspect = on_the_system(cast, "09:00", "10:00", Work.INSPECTION, trip=True)
    again = on_the_system(cast, "11:00", "12:00", Work.INSPECTION)
    second = opened(cast, database_time, "2026-06-16T10:00:00-07:00")
    database_time.set(WEDNESDAY_18)
    payers = [
        [line[4] for line in told(logged(of, facts, cast.dana, overlap_ok=True))]
        for of, facts in ((ticket, inspect), (ticket, again), (second, inspect))
    ]
    assert payers == [["INSPECT", "INSPECT"], ["INSPECT"], ["normal", "trip"]]


def test_without_a_contract_the_price_list_counts(cast: Cast, database_time: DatabaseTime) -> None:
    build_price_list(cast.calcom)
    site = build_site(cast.sutter, "Harbor")
    request = request_of(cast, cast.sam, site_id=site.pk, device_id=None)
    database_time.set(WEDNESDAY_18)
    with acting(cast.sam):
        ticket = open_ticket(request=request, actor=cast.sam)
    entry = logged(ticket, work("09:00", "09:05", Work.REMOTE_SUPPORT), cast.dana)
    assert told(entry) == [("remote_support", True, 5, 15, "normal", "23.75")]
    assert lines_of(entry)[0].reason == "No contract covers this: USD 95.00 an hour."


def test_without_a_price_list_nothing_is_written(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    database_time.set(WEDNESDAY_18)
    with nothing_changes(ticket), pytest.raises(RuleBroken, match="no price list for 17 Jun 2026"):
        logged(ticket, work("09:00", "10:00"), cast.dana)


def test_equipment_on_no_list_is_billable(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, work("09:00", "10:00", Work.TROUBLESHOOTING, is_foreign=True), cast.dana)
    assert told(entry)[0][4] == "normal"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (work("10:00", "10:00"), "end"),
        (work("10:00", "09:00"), "end"),
        (work("17:30", "18:01"), "end"),
        (work("09:00", "10:00", device_id=10**12), "device"),
    ],
)
def test_times_and_devices_that_cannot_be_are_refused_at_their_field(
    cast: Cast, ticket: Ticket, facts: LabourFacts, field: str
) -> None:
    with nothing_changes(ticket), pytest.raises(BadInput) as refused:
        logged(ticket, facts, cast.dana)
    assert refused.value.field == field
    assert refused.value.remedy


def test_more_than_a_day_at_once_is_refused(cast: Cast, ticket: Ticket) -> None:
    start = work("09:00", "10:00", day="2026-06-15").started_at
    facts = LabourFacts(Work.TRAINING, start, work("09:01", "10:00", day="2026-06-16").started_at)
    with nothing_changes(ticket), pytest.raises(BadInput, match="more than 24 hours"):
        logged(ticket, facts, cast.dana)


def test_anothers_device_is_unknown(cast: Cast, ticket: Ticket) -> None:
    theirs = build_device(build_site(cast.sutter, "Harbor"))
    with pytest.raises(BadInput) as refused:
        logged(ticket, work("09:00", "10:00", device_id=theirs.pk), cast.dana)
    assert refused.value.field == "device"


def test_overlapping_work_of_ones_own_has_to_be_confirmed(cast: Cast, ticket: Ticket) -> None:
    logged(ticket, work("09:00", "10:00"), cast.dana)
    with nothing_changes(ticket), pytest.raises(Overlapping) as refused:
        logged(ticket, work("09:59", "10:30"), cast.dana)
    assert refused.value.message == (
        "Work on CC-1001 is logged already from today 09:00 PDT until today 10:00 PDT."
    )
    logged(ticket, work("10:00", "10:30"), cast.dana)
    logged(ticket, work("09:00", "10:00"), cast.marco)
    logged(ticket, work("09:59", "10:30"), cast.dana, overlap_ok=True)


def test_customers_log_nothing(cast: Cast, ticket: Ticket) -> None:
    with acting(cast.elena), pytest.raises(NotAllowed):
        log_labour(ticket=ticket, facts=work("09:00", "10:00"), actor=cast.elena)


def test_a_correction_replaces_and_both_stay(cast: Cast, ticket: Ticket) -> None:
    first = logged(ticket, on_the_system(cast, "09:00", "10:00", Work.TRAINING), cast.dana)
    right = on_the_system(cast, "09:00", "09:30", Work.TRAINING)
    with acting(cast.dana):
        second = correct_labour(entry=first, facts=right, reason="Half of it", actor=cast.dana)
        standing = list(LabourEntry.objects.standing().filter(ticket_id=ticket.pk))
        assert (standing, LabourEntry.objects.count()) == ([second], 2)
        assert (second.replaces_id, second.cause, second.reason) == (
            first.pk,
            Cause.CORRECTED,
            "Half of it",
        )
        with pytest.raises(RuleBroken, match="replaced by another one"):
            correct_labour(entry=first, facts=right, reason="Again", actor=cast.dana)
    assert told(second) == [("training", True, 30, 30, "normal", "47.50")]


def test_others_entries_are_corrected_by_who_may_decide(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, work("09:00", "10:00"), cast.dana)
    with acting(cast.marco), pytest.raises(NotAllowed):
        strike_labour(entry=entry, reason="Wrong ticket", actor=cast.marco)
    with acting(cast.priya):
        struck = strike_labour(entry=entry, reason="Wrong ticket", actor=cast.priya)
        assert not LabourEntry.objects.standing().exists()
    assert (struck.technician_name, struck.created_by_name) == ("Dana Okafor", "Priya Shah")
    assert lines_of(struck) == []


def test_goodwill_waives_what_was_billable_and_needs_a_reason(cast: Cast, ticket: Ticket) -> None:
    facts = on_the_system(cast, "16:30", "17:30", Work.PROGRAMMING)
    entry = logged(ticket, facts, cast.dana)
    with acting(cast.dana), pytest.raises(NotAllowed):
        override_labour(entry=entry, cause=Cause.GOODWILL, reason="Sorry", actor=cast.dana)
    with acting(cast.ruth), nothing_changes(ticket), pytest.raises(BadInput) as refused:
        override_labour(entry=entry, cause=Cause.GOODWILL, reason=" ", actor=cast.ruth)
    assert refused.value.field == "reason"
    with acting(cast.ruth):
        waived = override_labour(
            entry=entry, cause=Cause.GOODWILL, reason="Our delay", actor=cast.ruth
        )
    assert [line[4:] for line in told(waived)] == [("PROGRAM", "0.00"), ("GOODWILL", "0.00")]
    assert lines_of(waived)[1].reason == "Not charged, as goodwill: Our delay."
    assert [line[4:] for line in told(entry)] == [("PROGRAM", "0.00"), ("after_hours", "71.25")]
    with acting(cast.ruth), pytest.raises(RuleBroken, match="nothing already"):
        override_labour(entry=waived, cause=Cause.DISPUTE, reason="Again", actor=cast.ruth)


def test_a_question_stays_open_until_it_is_answered(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "09:00", "10:00", Work.TRAINING), cast.dana)
    with acting(cast.elena):
        question = ask_about_labour(entry=entry, text="Was this training?", actor=cast.elena)
        with pytest.raises(RuleBroken, match="open question"):
            ask_about_labour(entry=entry, text="Hello?", actor=cast.elena)
    with acting(cast.dana):
        answer_labour_question(question=question, text="For two people.", actor=cast.dana)
        stored = LabourQuestion.objects.get()
        assert (stored.answer, stored.answered_by_name) == ("For two people.", "Dana Okafor")
        assert kinds(ticket)[-3:] == ["labour", "labour_queried", "labour_answered"]
        with pytest.raises(RuleBroken, match="answered before"):
            answer_labour_question(question=question, text="Again", actor=cast.dana)


def test_waiving_the_charge_answers_the_question(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "09:00", "10:00", Work.TRAINING), cast.dana)
    with acting(cast.elena):
        ask_about_labour(entry=entry, text="Was this training?", actor=cast.elena)
    with acting(cast.ruth):
        override_labour(entry=entry, cause=Cause.DISPUTE, reason="You are right", actor=cast.ruth)
        assert LabourQuestion.objects.get().answer == (
            "Not charged after your question: You are right."
        )


def test_the_chain_seals_entries_with_their_lines(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "16:50", "17:20", Work.TRAINING), cast.dana)
    with acting(cast.dana):
        strike_labour(entry=entry, reason="Wrong ticket", actor=cast.dana)
    with provider_scope(provider_id=cast.calcom.pk):
        assert verify_clock(cast.calcom.pk) == []


def test_a_line_slipped_in_is_found(cast: Cast, ticket: Ticket) -> None:
    entry = logged(ticket, on_the_system(cast, "09:00", "10:00", Work.TRAINING), cast.dana)
    with provider_scope(provider_id=cast.calcom.pk):
        details = lines_of(entry)[0]
        assert details.amount
        LabourLine.objects.bulk_create(
            [
                LabourLine(
                    **{
                        field.attname: getattr(details, field.attname)
                        for field in LabourLine._meta.local_fields
                        if field.name not in ("id", "position")
                    },
                    position=2,
                )
            ]
        )
        assert verify_clock(cast.calcom.pk) == [
            f"labour {entry.pk} of CC-1001: it differs from fact {entry.fact.number}"
        ]
