"""Asking for a change, letting it be made, giving it up, undoing it, recording it (PROGRAM)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import AuditEntry, Membership
from calcom_portal.common.errors import BadInput, Missing, NotAllowed, RuleBroken
from monitoring.models import Maintenance
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import id_of, nothing_changes, opened
from tests.upkeep.changes.files import ANSWERS, PASSWORD
from tests.upkeep.changes.world import (
    MONDAY_11,
    SATURDAY_11,
    asked,
    build_changeable,
    made,
    ready,
    ticket_for,
)
from tickets.actions import approve_change
from tickets.models import Message, Ticket
from upkeep.actions.ask_change import ask_change
from upkeep.actions.cancel_change import cancel_change
from upkeep.actions.hand_out_change_file import hand_out_change_file
from upkeep.actions.make_change import make_change
from upkeep.actions.record_change import FilePair, record_change
from upkeep.actions.undo_change import undo_change
from upkeep.changing.sheets import Moment, answers_of, bytes_of, files_of
from upkeep.models import Change, ChangeFile, ChangeSheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday 11:00 that asks for a change of a system that can be changed."""
    build_changeable(cast.phone_system)
    return ticket_for(cast, database_time)


def audited(cast: Cast) -> list[str]:
    with acting(cast.ruth):
        rows = AuditEntry.objects.filter(action__startswith="change.").order_by("number")
        return list(rows.values_list("action", flat=True))


def test_a_change_is_written_down_sealed_and_waits_for_the_worker(
    cast: Cast, ticket: Ticket
) -> None:
    change = asked(ticket, cast.dana)
    assert (change.state, change.step, change.words) == (
        "reading",
        "read",
        "Extension 103 (Front desk) will be added.",
    )
    with acting(cast.dana) as scope:
        assert change.look_at == scope.now
        assert answers_of(change) == ANSWERS["add_extension"]
        assert PASSWORD not in ChangeSheet.objects.get().sealed_answers
    assert audited(cast) == ["change.asked"]


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"kind": "nonsense"}, BadInput, "Choose one of the changes offered."),
        ({"given": {**ANSWERS["add_extension"], "number": "x"}}, BadInput, "2 to 8 digits"),
        (
            {"kind": "edit_file", "given": {**ANSWERS["edit_file"], "path": "/etc/shadow"}},
            BadInput,
            "not among what is backed up",
        ),
        (
            {"kind": "edit_file", "given": {**ANSWERS["edit_file"], "service": "ssh.service"}},
            BadInput,
            "services of the backup plan",
        ),
        ({"device_id": 999}, Missing, "no such system"),
    ],
)
def test_what_cannot_be_asked_leaves_nothing(
    cast: Cast, ticket: Ticket, fields: dict[str, Any], error: type[Exception], words: str
) -> None:
    usual: dict[str, Any] = {
        "device_id": cast.phone_system.pk,
        "kind": "add_extension",
        "given": ANSWERS["add_extension"],
    }
    with nothing_changes(ticket), acting(cast.dana), pytest.raises(error, match=words):
        ask_change(ticket=ticket, actor=cast.dana, **usual | fields)
    with acting(cast.dana):
        assert not Change.objects.exists()


def test_a_system_without_a_backup_plan_is_not_changed_from_here(
    cast: Cast, ticket: Ticket
) -> None:
    other = build_device(cast.market_street, "Door phone")
    with acting(cast.dana), pytest.raises(RuleBroken, match="Door phone has no backup plan"):
        ask_change(
            ticket=ticket,
            device_id=other.pk,
            kind="add_extension",
            given=ANSWERS["add_extension"],
            actor=cast.dana,
        )


def test_only_a_ticket_that_asks_for_a_change_has_one(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_changeable(cast.phone_system)
    problem = opened(cast, database_time, at=MONDAY_11)
    with pytest.raises(RuleBroken, match="asks for no programming change"):
        asked(problem, cast.dana)


def test_customers_change_nothing(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        asked(ticket, cast.amit)


def test_making_a_change_begins_it_and_announces_the_work(cast: Cast, ticket: Ticket) -> None:
    change = ready(ticket, cast.dana)
    with acting(cast.dana) as scope:
        begun = make_change(change=change, actor=cast.dana)
        assert (begun.state, begun.step, begun.look_at) == ("running", "baseline", scope.now)
        assert begun.begun_by_id == cast.dana.membership_id
        work = Maintenance.objects.get()
        assert (work.device_id, work.title) == (
            cast.phone_system.pk,
            f"Programming change ({ticket.reference})",
        )
    assert audited(cast) == ["change.asked", "change.begun"]


def test_outside_business_hours_a_dispatcher_says_why(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_changeable(cast.phone_system)
    change = ready(ticket_for(cast, database_time, at=SATURDAY_11), cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken, match="made in business hours"):
        make_change(change=change, allowed_reason="It is urgent", actor=cast.dana)
    with acting(cast.priya):
        with pytest.raises(BadInput, match="Say why it has to be now") as refused:
            make_change(change=change, actor=cast.priya)
        assert refused.value.field == "allowed_reason"
        begun = make_change(change=change, allowed_reason="They open today", actor=cast.priya)
        assert (begun.state, begun.allowed_reason) == ("running", "They open today")
        assert begun.allowed_by_id == cast.priya.membership_id


def test_a_change_waits_for_the_approval_of_the_customer(
    cast: Cast, database_time: DatabaseTime
) -> None:
    build_changeable(cast.phone_system)
    with acting(cast.ruth):
        Membership.objects.filter(pk=id_of(cast.amit)).update(may_approve_changes=True)
    amit = replace(cast.amit, may_approve_changes=True)
    change = ready(ticket_for(cast, database_time), cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken, match="needs approval by Amit Bhatt"):
        make_change(change=change, actor=cast.dana)
    with acting(amit):
        approve_change(ticket=change.ticket, actor=amit)
    with acting(cast.dana):
        assert make_change(change=change, actor=cast.dana).state == "running"


def test_two_changes_of_a_system_are_not_made_at_once(cast: Cast, ticket: Ticket) -> None:
    first, second = ready(ticket, cast.dana), ready(ticket, cast.dana)
    with acting(cast.dana):
        make_change(change=first, actor=cast.dana)
        with pytest.raises(RuleBroken, match="A change of its programming is being made"):
            make_change(change=second, actor=cast.dana)


def test_a_change_is_made_once(cast: Cast, ticket: Ticket) -> None:
    change = ready(ticket, cast.dana)
    with acting(cast.dana):
        make_change(change=change, actor=cast.dana)
        with pytest.raises(RuleBroken, match="past that: being made"):
            make_change(change=change, actor=cast.dana)
        with pytest.raises(RuleBroken, match="past that: being made"):
            cancel_change(change=change, actor=cast.dana)


def test_a_change_that_is_given_up_is_looked_at_no_more(cast: Cast, ticket: Ticket) -> None:
    change = asked(ticket, cast.dana)
    with acting(cast.dana):
        ended = cancel_change(change=change, actor=cast.dana)
    assert (ended.state, ended.look_at) == ("cancelled", None)


def test_undoing_begins_a_change_that_takes_it_back(cast: Cast, ticket: Ticket) -> None:
    change = made(ticket, cast.dana)
    with acting(cast.marco):
        undo = undo_change(change=change, actor=cast.marco)
        assert (undo.kind, undo.state, undo.step, undo.undoes_id) == (
            "undo",
            "running",
            "read",
            change.pk,
        )
        assert undo.words == "Taken back: Extension 103 (Front desk) was added."
        with pytest.raises(RuleBroken, match="taken back already, or being taken back"):
            undo_change(change=change, actor=cast.marco)


def test_what_was_not_made_is_not_undone(cast: Cast, ticket: Ticket) -> None:
    change = ready(ticket, cast.dana)
    with acting(cast.dana), pytest.raises(RuleBroken, match="past that: ready to be made"):
        undo_change(change=change, actor=cast.dana)


def record(cast: Cast, ticket: Ticket, *files: FilePair, words: str = "Door 2 rings 102") -> Change:
    with acting(cast.dana):
        return record_change(
            ticket=ticket,
            device_id=cast.phone_system.pk,
            words=words,
            files=files,
            actor=cast.dana,
        )


def test_a_change_by_hand_keeps_both_files_sealed_and_tells_the_customer(
    cast: Cast, ticket: Ticket
) -> None:
    pair = FilePair("pbx.cfg", b"a\npassword=old-word\n", b"a\npassword=new-word\n")
    change = record(cast, ticket, pair)
    assert change.state == "recorded"
    with acting(cast.dana):
        kept = ChangeFile.objects.get()
        assert [line["text"] for line in kept.diff] == [
            "a",
            "password=••••••",
            "password=••••••",
        ]
        assert "old-word" not in f"{kept.sealed_before}{kept.sealed_after}"
        (file,) = files_of(change)
        assert (file.path, file.after) == ("pbx.cfg", "a\npassword=new-word\n")
    with acting(cast.elena):
        assert Message.objects.latest("pk").text == "Door 2 rings 102."


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"\x00\xff", b"\x00\xfe"), (b"", b"\x89PNG\r\n\x1a\n"), (b"text\n", b"nul \0")],
)
def test_what_is_no_text_is_kept_to_the_last_byte_and_told_by_its_size_and_hash(
    cast: Cast, ticket: Ticket, before: bytes, after: bytes
) -> None:
    record(cast, ticket, FilePair("nec.bin", before, after))
    with acting(cast.dana):
        kept = ChangeFile.objects.select_related("change").get()
        assert all(line["text"].startswith("(no text) ") for line in kept.diff)
        assert (bytes_of(kept, Moment.BEFORE), bytes_of(kept, Moment.AFTER)) == (before, after)
        assert kept.is_binary


def test_a_text_comes_back_as_it_was_brought(cast: Cast, ticket: Ticket) -> None:
    record(cast, ticket, FilePair("pbx.cfg", b"a\r\npassword=x\r\n", b"b"))
    with acting(cast.dana):
        kept = ChangeFile.objects.select_related("change").get()
        assert bytes_of(kept, Moment.BEFORE) == b"a\r\npassword=x\r\n"
        assert not kept.is_binary


def test_whoever_manages_backups_takes_a_file_out_and_that_is_written_down(
    cast: Cast, ticket: Ticket
) -> None:
    change = record(cast, ticket, FilePair("nec.bin", b"\x00\xff", b"\x00\xfe"))
    with acting(cast.dana):
        file = ChangeFile.objects.select_related("change").get()
    with acting(cast.dana), pytest.raises(NotAllowed):
        hand_out_change_file(file=file, moment=Moment.AFTER, actor=cast.dana)
    with acting(cast.priya):
        data = hand_out_change_file(file=file, moment=Moment.AFTER, actor=cast.priya)
        entry = AuditEntry.objects.get(action="change.handed_out")
    assert (data, json.loads(entry.body)["details"]["moment"]) == (b"\x00\xfe", "after")
    url = f"/changes/{change.pk}/files/{file.pk}"
    answer = browser_of(cast.priya).get(f"{url}/before/")
    assert (answer.content, answer.headers["Content-Type"]) == (
        b"\x00\xff",
        "application/octet-stream",
    )
    assert "before-nec.bin" in answer.headers["Content-Disposition"]
    assert browser_of(cast.priya).get(f"{url}/between/").status_code == 404
    assert browser_of(cast.dana).get(f"{url}/before/").status_code == 403


def test_files_of_a_change_that_the_portal_made_are_not_handed_out(
    cast: Cast, ticket: Ticket
) -> None:
    made(ticket, cast.dana)
    with acting(cast.priya), pytest.raises(RuleBroken, match="made by hand"):
        hand_out_change_file(
            file=ChangeFile.objects.select_related("change").earliest("pk"),
            moment=Moment.BEFORE,
            actor=cast.priya,
        )


@pytest.mark.parametrize(
    ("pair", "words", "field"),
    [
        (FilePair("a", b"x", b"x"), "Done", "after"),
        (FilePair("a", b"x" * 600_000, b"x"), "Done", "before"),
        (FilePair("a", b"x", b"y"), " ", "words"),
        (FilePair("a", b"x", b"y"), "two\nlines", "words"),
    ],
)
def test_odd_records_are_refused_at_their_field(
    cast: Cast, ticket: Ticket, pair: FilePair, words: str, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        record(cast, ticket, pair, words=words)
    assert refused.value.field == field
    with acting(cast.dana):
        assert not Change.objects.exists()


def test_customers_never_read_sheets_files_and_steps(cast: Cast, ticket: Ticket) -> None:
    made(ticket, cast.dana)
    with acting(cast.elena):
        assert Change.objects.get().words == "Extension 103 (Front desk) was added."
    for model in (ChangeSheet, ChangeFile):
        with pytest.raises(Exception, match="permission denied"), acting(cast.elena):
            list(model.objects.all())
    with acting(cast.sam):
        assert not Change.objects.exists()


def test_more_files_than_a_change_keeps_are_refused_and_none_is_dropped(
    cast: Cast, ticket: Ticket
) -> None:
    pairs = [FilePair(f"file-{number}", b"x", b"y") for number in range(11)]
    with pytest.raises(BadInput, match="These are 11 files; a change keeps 10") as refused:
        record(cast, ticket, *pairs)
    assert refused.value.field == "before"
    with acting(cast.dana):
        assert not Change.objects.exists()
    record(cast, ticket, *pairs[:10])
    with acting(cast.dana):
        assert ChangeFile.objects.count() == 10
