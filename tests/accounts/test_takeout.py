"""The take-out: everything of one customer, nothing of another, and no note for their eyes."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps

from accounts.actions import take_out_data
from accounts.jobs.files import path_of
from accounts.management.commands.describe_takeout import description
from accounts.models import AuditEntry, Customer, Job
from accounts.takeout import parts_of_takeout
from accounts.viewer import Viewer
from calcom_portal.common.errors import Missing, NotAllowed
from calcom_portal.common.files import IncomingFile
from calcom_portal.common.grants import is_owned
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened, request_of
from tests.tickets.web.helpers import text_of
from tickets.actions import add_note, open_ticket, reply_to_ticket
from tickets.models import Ticket

ROOT = Path(__file__).resolve().parent.parent.parent
CANARY = "CANARY-OF-SUTTER"
NOTE = "The customer pays late."

# Customers' models that are in no take-out, and why.
LEFT_OUT = {
    "accounts.Submission": "answers to forms that were sent twice; the tickets are there",
    "accounts.Job": "long work of people at the portal; it expires",
    "tickets.TicketWord": "words to search by; the subjects are there",
    "contracts.DeviceWord": "words to search by; the devices are there",
    "monitoring.Result": "kept for two weeks; their rollups are there",
}


def file(name: str, content: bytes) -> IncomingFile:
    return IncomingFile(name, len(content), lambda: BytesIO(content))


@pytest.fixture
def busy(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Bayview with a note, a reply and files, and one of Sutter with canaries."""
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        add_note(ticket=ticket, text=NOTE, files=[file("note.txt", b"secret")], actor=cast.dana)
        reply_to_ticket(
            ticket=ticket, text="We come.", files=[file("../up.txt", b"public")], actor=cast.dana
        )
    with acting(cast.sam):
        request = request_of(
            cast,
            cast.sam,
            subject=CANARY,
            text=CANARY,
            site_id=None,
            device_id=None,
            files=(file(f"{CANARY}.txt", CANARY.encode()),),
        )
        open_ticket(request=request, actor=cast.sam)
    return ticket


def taken_out(cast: Cast, actor: Viewer, *, with_notes: bool = False) -> ZipFile:
    with acting(actor):
        bayview = Customer.objects.get(pk=cast.bayview.pk)
        job = take_out_data(customer=bayview, with_notes=with_notes, actor=actor)
    finish_jobs()
    with acting(actor):
        done = Job.objects.get(pk=job.pk)
    assert done.state == "done", done.error
    return ZipFile(path_of(done.file_key))


def rows_of(archive: ZipFile, part: str) -> list[Any]:
    rows: list[Any] = json.loads(archive.read(f"data/{part}.json"))
    return rows


def everything_in(archive: ZipFile) -> str:
    names = archive.namelist()
    return "".join([*names, *(archive.read(name).decode() for name in names)])


def test_every_model_of_customers_is_taken_out_or_says_why_not() -> None:
    owned = {
        model._meta.label
        for model in apps.get_models()
        if is_owned(model)
        and (model.__name__ == "Customer" or "customer" in fields_of(model))
        and model._meta.app_label not in LEFT_OUT
    }
    taken = {part.model._meta.label for part in parts_of_takeout()}
    assert owned - taken - LEFT_OUT.keys() == set()
    assert taken & LEFT_OUT.keys() == set()


def fields_of(model: Any) -> set[str]:
    return {field.name for field in model._meta.local_fields}


def test_the_form_is_written_down() -> None:
    written = (ROOT / "docs" / "take-out.md").read_text()
    assert written == description(), "Run: manage.py describe_takeout > docs/take-out.md"


def test_no_secret_is_in_the_form() -> None:
    columns = {name for part in parts_of_takeout() for name in part.columns}
    assert not {name for name in columns if "hash" in name and name != "sha256"}
    assert not columns & {"user_id", "lease_token", "secret_hash", "token_hash"}


@pytest.mark.parametrize("who", ["amit", "ruth"])
def test_a_take_out_holds_the_customers_rows_and_files(cast: Cast, busy: Ticket, who: str) -> None:
    archive = taken_out(cast, getattr(cast, who))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["form"], manifest["customer_id"]) == (1, cast.bayview.pk)
    assert [row["name"] for row in rows_of(archive, "customer")] == ["Bayview Dental Group"]
    assert [row["reference"] for row in rows_of(archive, "tickets")] == [busy.reference]
    assert {row["text"] for row in rows_of(archive, "messages")} == {
        "Both front desk phones are dead.",
        "We come.",
    }
    assert {row["name"] for row in rows_of(archive, "people")} == {"Elena Moreno", "Amit Bhatt"}
    assert len(rows_of(archive, "facts")) == manifest["rows"]["facts"] == 3
    files = [name for name in archive.namelist() if name.startswith("files/")]
    assert len(files) == manifest["files"] == 1
    assert files[0].startswith(f"files/tickets/{busy.reference}/")
    assert ".." not in files[0]
    assert archive.read(files[0]) == b"public"
    readme = archive.read("README.txt").decode()
    assert readme.startswith("Everything that the portal holds of your company\n")
    assert "The backups of your systems\n" in readme


@pytest.mark.parametrize(("who", "with_notes"), [("amit", True), ("ruth", False), ("ruth", True)])
def test_another_customers_canaries_are_never_in_it(
    cast: Cast, busy: Ticket, who: str, with_notes: bool
) -> None:
    archive = taken_out(cast, getattr(cast, who), with_notes=with_notes)
    assert CANARY not in everything_in(archive)
    assert "Sam Ortiz" not in everything_in(archive)


def test_internal_notes_are_for_the_providers_own_records_only(cast: Cast, busy: Ticket) -> None:
    for who, with_notes in ((cast.amit, True), (cast.ruth, False)):
        text = everything_in(taken_out(cast, who, with_notes=with_notes))
        assert NOTE not in text
        assert "note.txt" not in text
    assert NOTE in everything_in(taken_out(cast, cast.ruth, with_notes=True))


def test_a_customers_own_take_out_has_no_part_of_the_staff(cast: Cast, busy: Ticket) -> None:
    names = taken_out(cast, cast.amit).namelist()
    staffs = {part.name for part in parts_of_takeout() if part.staff_only}
    assert staffs >= {"audit_trail", "api_keys", "notices"}
    assert not {f"data/{name}.json" for name in staffs} & set(names)


def test_making_one_is_audited(cast: Cast, busy: Ticket) -> None:
    taken_out(cast, cast.amit)
    with acting(cast.ruth):
        entry = AuditEntry.objects.get(action="takeout.made")
    assert (entry.actor_name, entry.customer_id) == ("Amit Bhatt", cast.bayview.pk)


@pytest.mark.parametrize("who", ["elena", "dana", "priya"])
def test_others_may_not_take_data_out(cast: Cast, who: str) -> None:
    actor = getattr(cast, who)
    with acting(actor):
        bayview = Customer.objects.get(pk=cast.bayview.pk)
        with pytest.raises(NotAllowed):
            take_out_data(customer=bayview, actor=actor)


def test_an_administrator_takes_out_the_own_company_only(cast: Cast) -> None:
    with acting(cast.amit), pytest.raises(Missing):
        take_out_data(customer=cast.sutter, actor=cast.amit)
    assert browser_of(cast.amit).get(f"/customers/{cast.sutter.pk}/take-out/").status_code == 404


def test_the_page_says_what_it_is_and_leads_to_the_progress(cast: Cast) -> None:
    browser, path = browser_of(cast.amit), f"/customers/{cast.bayview.pk}/take-out/"
    page = text_of(browser.get(path))
    assert "you alone can download it" in page
    assert "With internal notes" not in page
    answer = browser.post(path)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/jobs/")


def test_downloading_one_is_audited(cast: Cast, busy: Ticket) -> None:
    with acting(cast.ruth):
        job = take_out_data(customer=cast.bayview, actor=cast.ruth)
    finish_jobs()
    answer = browser_of(cast.ruth).get(f"/jobs/{job.pk}/file/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    with acting(cast.ruth):
        entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.actor_name) == ("takeout.downloaded", cast.ruth.name)
