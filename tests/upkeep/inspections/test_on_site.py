"""What is written on site, perhaps without network: nothing lost, nothing doubled."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest

from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.tenancy import customer_scope, database_now
from contracts.models import Device
from notifications.models import Notice
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.upkeep.inspections.helpers import (
    answer,
    answers,
    begun,
    closing,
    entry,
    only,
    owed,
    sent,
)
from tickets.models import LabourLine, Ticket
from upkeep.actions.add_inspection_photo import Picture, add_inspection_photo
from upkeep.actions.begin_inspection import begin_inspection
from upkeep.actions.decide_difference import decide_difference
from upkeep.actions.finish_inspection import Closing, finish_inspection
from upkeep.inspecting.entries import read_entries
from upkeep.inspections.syncing import Outcome
from upkeep.models import InspectedDevice, Inspection, InspectionEntry, InspectionItem

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


@pytest.fixture(autouse=True)
def on_a_tuesday(database_time: DatabaseTime) -> None:
    database_time.set("2026-06-30T11:00-07:00")


def line(inspection: Inspection, title: str) -> InspectionItem:
    return inspection.items.get(title=title)


def test_beginning_copies_the_checklist_and_the_list_once(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        begin_inspection(inspection=inspection, actor=cast.dana)
        assert inspection.items.count() == 23
        assert inspection.devices.get().listed_serial == cast.phone_system.serial


def test_an_entry_that_is_sent_again_counts_once(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        item = line(inspection, "Temperature")
        one = answer(item, reading=31)
        assert [taken.outcome for taken in sent(inspection, cast.dana, [one])] == [Outcome.TAKEN]
        assert [taken.outcome for taken in sent(inspection, cast.dana, [one])] == [Outcome.TAKEN]
        item.refresh_from_db()
        assert (item.version, item.reading, item.result) == (1, 31.0, "watch")
        assert InspectionEntry.objects.count() == 1


def test_somebody_elses_newer_answer_is_not_overwritten_and_nothing_is_lost(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        item = line(inspection, "Cabinet")
        sent(inspection, cast.dana, [answer(item)])
    with acting(cast.marco):
        late = answer(item, result="bad", note="The lock is broken")
        [taken] = sent(inspection, cast.marco, [late])
        assert taken.outcome is Outcome.CONFLICT
        assert taken.words == "Dana Okafor wrote “Good” at “Cabinet” while your phone was away."
        item.refresh_from_db()
        assert item.result == "good"
        assert InspectionEntry.objects.get(outcome="conflict").body["note"] == "The lock is broken"
        [again] = sent(inspection, cast.marco, [answer(item, result="bad", note="!", version=1)])
        assert again.outcome is Outcome.TAKEN


def test_ones_own_older_answer_does_not_undo_a_newer_one(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        item = line(inspection, "Cabinet")
        sent(inspection, cast.dana, [answer(item)])
        older = answer(item, result="watch") | {"at": "2026-06-30T10:00:00-07:00"}
        newer = answer(item, result="watch", note="Dusty")
        outcomes = [one.outcome for one in sent(inspection, cast.dana, [older, newer])]
        assert outcomes == [Outcome.CONFLICT, Outcome.TAKEN]


@pytest.mark.parametrize(
    "changes",
    [
        {"result": "bad"},
        {"result": "yes"},
        {"result": 7},
        {"line": 999_999},
        {"line": "1"},
        {"version": -1},
        {"note": "a\x00b"},
        {"note": "x" * 1001, "result": "bad"},
        {"reading": "12"},
    ],
)
def test_an_answer_that_cannot_be_is_refused_in_words_and_kept(
    cast: Cast, changes: dict[str, object]
) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        item = line(inspection, "Cabinet")
        body = answer(item, **changes)
        if isinstance(changes.get("note"), str) and "\x00" in str(changes["note"]):
            body["note"] = "a\x01b"
        [taken] = sent(inspection, cast.dana, [body])
        assert taken.outcome is Outcome.REFUSED
        assert taken.words
        item.refresh_from_db()
        assert item.result == ""


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {"entries": "x"},
        {"entries": [{}]},
        {"entries": [{"kind": "answer", "client_id": "1", "at": "2026-06-30T10:00:00Z"}]},
        {"entries": [{"kind": "answer", "client_id": str(uuid4()), "at": "2026-06-30"}]},
        {"entries": [{"kind": "drop", "client_id": str(uuid4()), "at": "2026-06-30T10:00:00Z"}]},
        {"entries": [{}] * 201},
    ],
)
def test_what_is_no_message_of_a_phone_is_refused(raw: object) -> None:
    with pytest.raises(BadInput):
        read_entries(raw)


def test_a_signed_inspection_is_frozen_sent_and_costs_nothing(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        found = sent(inspection, cast.dana, [*answers(inspection), closing()])
        assert {one.outcome for one in found} == {Outcome.TAKEN}, found
        done = only(cast)
        assert (done.state, done.signed_name, done.customer_name) == (
            "done",
            "Dana Okafor",
            "Amit Bhatt",
        )
        assert len(done.sha256) == 64
        labour = LabourLine.objects.get()
        assert (labour.covered, labour.clause) == (True, "INSPECT")
        assert labour.amount == 0
        assert Ticket.objects.get().state == "resolved"
        kinds = Notice.objects.filter(kind="inspection_done").values_list("recipient", flat=True)
        assert list(kinds) == [cast.amit.membership_id]
        [late] = sent(inspection, cast.dana, [answer(line(inspection, "Cabinet"))])
        assert late.words.startswith("The inspection is done by Dana Okafor.")
        assert InspectionEntry.objects.filter(outcome="refused").count() == 1
    with customer_scope(provider_id=cast.calcom.pk, customer_id=cast.bayview.pk):
        assert InspectionItem.objects.count() == 23


def test_customers_read_nothing_of_it_before_the_signature(cast: Cast) -> None:
    begun(cast)
    with customer_scope(provider_id=cast.calcom.pk, customer_id=cast.bayview.pk):
        assert not InspectionItem.objects.exists()


def test_a_signature_sent_again_does_not_sign_or_log_twice(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        message = [*answers(inspection), closing()]
        sent(inspection, cast.dana, message)
        sent(inspection, cast.dana, message)
        assert (Ticket.objects.count(), LabourLine.objects.count()) == (1, 1)


def test_it_is_not_signed_while_something_is_open(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        found = sent(inspection, cast.dana, [*answers(inspection, leave=1), closing()])
        assert found[-1].outcome is Outcome.REFUSED
        assert found[-1].words.startswith("Not answered yet: Wishes of the customer")
        assert only(cast).state == "under_way"
        assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"customer_name": ""},
        {"strokes": [[1, 1]]},
        {"left": "2026-06-30T23:00:00-07:00"},
        {"arrived": "2026-06-30T10:59:00-07:00", "left": "2026-06-30T09:00:00-07:00"},
        {"arrived": "soon"},
    ],
)
def test_a_closing_that_cannot_be_changes_nothing(cast: Cast, changes: dict[str, object]) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        found = sent(inspection, cast.dana, [*answers(inspection), closing(**changes)])
        assert found[-1].outcome is Outcome.REFUSED
        assert only(cast).state == "under_way"
        assert not Ticket.objects.exists()


def test_after_a_conflict_the_signature_waits(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.marco):
        sent(inspection, cast.marco, answers(inspection))
    with acting(cast.dana):
        item = line(inspection, "Cabinet")
        found = sent(inspection, cast.dana, [answer(item, result="watch"), closing()])
        assert [one.outcome for one in found] == [Outcome.CONFLICT, Outcome.REFUSED]


def test_a_picture_counts_once_and_is_a_picture(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):

        def picture(content: bytes) -> Picture:
            file = IncomingFile("cabinet.png", len(content), lambda: BytesIO(content))
            return Picture(key, file, database_now(), line(inspection, "Cabinet").pk)

        key = uuid4()
        for _ in range(2):
            add_inspection_photo(inspection=inspection, picture=picture(PNG), actor=cast.dana)
        assert inspection.photos.count() == 1
        key = uuid4()
        with pytest.raises(BadInput):
            add_inspection_photo(
                inspection=inspection, picture=picture(b"#!/bin/sh\n"), actor=cast.dana
            )
        assert inspection.photos.count() == 1


def differing(cast: Cast) -> list[InspectedDevice]:
    """Have another serial number, a missing phone and an unknown gateway seen, and signed."""
    build_device(cast.market_street, "Old phone")
    inspection = begun(cast)
    with acting(cast.dana):
        system, phone = inspection.devices.order_by("pk")
        sent(
            inspection,
            cast.dana,
            [
                *answers(inspection),
                entry("serial", line=system.pk, version=0, seen="different", serial="NEW-1"),
                entry("serial", line=phone.pk, version=0, seen="missing"),
                entry("extra", name="Fax gateway", product="Patton", serial="P-9"),
                closing(),
            ],
        )
        return list(InspectedDevice.objects.order_by("pk"))


def test_differences_are_proposals_that_correct_the_list_by_its_own_actions(cast: Cast) -> None:
    rows = differing(cast)
    with acting(cast.priya):
        for row in rows:
            decide_difference(difference=row, accepts=True, actor=cast.priya)
        names = {one.name: (one.serial, one.retired_on) for one in Device.objects.all()}
        assert names["Main phone system"] == ("NEW-1", None)
        assert str(names["Old phone"][1]) == "2026-06-30"
        assert names["Fax gateway"] == ("P-9", None)
        with pytest.raises(RuleBroken):
            decide_difference(difference=rows[0], accepts=False, actor=cast.priya)


def test_a_declined_difference_leaves_the_list_as_it_is(cast: Cast) -> None:
    row = differing(cast)[0]
    with acting(cast.priya):
        decide_difference(difference=row, accepts=False, actor=cast.priya)
        assert Device.objects.get(pk=cast.phone_system.pk).serial == cast.phone_system.serial


def test_it_cannot_be_finished_before_it_began(cast: Cast) -> None:

    inspection = owed(cast)
    moment = database_now
    with acting(cast.dana), pytest.raises(RuleBroken):
        finish_inspection(
            inspection=inspection, closing=Closing(moment(), moment()), actor=cast.dana
        )
