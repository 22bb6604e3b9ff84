"""A take-out holds the files too: papers, scans, reports, pictures; each whole and once."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest

from accounts.actions import take_out_data
from accounts.capabilities import Role
from accounts.jobs.files import path_of as result_of
from accounts.models import Customer, Job
from accounts.viewer import Viewer
from calcom_portal.common.files import IncomingFile, path_of
from calcom_portal.common.tenancy import database_now
from contracts.actions import seed_catalogue
from contracts.models import Calendar, Signature
from monitoring.actions.sign_health_report import sign_health_report
from tests.builders import build_person
from tests.cast import Cast
from tests.contracts.agreements import PDF, drafted, key, scan, sent
from tests.health.helpers import build_report
from tests.jobs import finish_jobs
from tests.stage import DatabaseTime, acting, browser_of
from tests.upkeep.inspections.helpers import answers, begun, closing, only
from tests.upkeep.inspections.helpers import sent as sent_by_phone
from upkeep.actions.add_inspection_photo import Picture, add_inspection_photo

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


@pytest.fixture(autouse=True)
def on_a_tuesday(database_time: DatabaseTime) -> None:
    """Work on 3 November 2026, 10:00 Pacific."""
    database_time.set("2026-11-03T10:00-08:00")


@pytest.fixture
def olga(cast: Cast) -> Viewer:
    """Give a catalogue, and Sutter an administrator."""
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    return build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.sutter, name="Olga Sutter")


def files_of(customer: Customer, actor: Viewer) -> dict[str, bytes]:
    """Return the files of a take-out by their paths."""
    with acting(actor):
        found = Customer.objects.get(pk=customer.pk)
        job = take_out_data(customer=found, actor=actor)
    finish_jobs()
    with acting(actor):
        done = Job.objects.get(pk=job.pk)
    assert done.state == "done", done.error
    with ZipFile(result_of(done.file_key)) as archive:
        paths = [name for name in archive.namelist() if name.startswith("files/")]
        assert len(paths) == len(set(paths))
        return {path: archive.read(path) for path in paths}


def test_papers_that_were_sent_to_be_signed_are_in_it(cast: Cast, olga: Viewer) -> None:
    request = sent(cast)
    found = files_of(cast.sutter, olga)
    with acting(cast.ruth):
        paper = path_of(request.pdf_sha256).read_bytes()
        number = request.contract.number
    assert found == {f"files/contracts/{number}/sent/{request.pk}.pdf": paper}
    assert paper.startswith(b"%PDF-")
    assert files_of(cast.bayview, cast.amit) == {}


def test_the_scan_of_a_signature_is_in_it_under_its_name(cast: Cast, olga: Viewer) -> None:
    contract = drafted(cast)
    form = {"name": "Olga Sutter", "scan": scan("../signed.pdf"), "submission": key()}
    answer = browser_of(cast.ruth).post(f"/contracts/{contract.pk}/sign/", form)
    assert answer.status_code == 303
    with acting(cast.ruth):
        signature = Signature.objects.get()
    path = f"files/contracts/{contract.number}/signed/{signature.pk}-signed.pdf"
    for who in (olga, cast.ruth):
        assert files_of(cast.sutter, who) == {path: PDF}


def test_a_signed_health_report_is_in_it(cast: Cast) -> None:
    item = build_report(cast.phone_system)
    assert item.health_check.report is not None
    assert files_of(cast.bayview, cast.ruth) == {}
    with acting(cast.dana):
        report = sign_health_report(
            report=item.health_check.report, comment="Good.", actor=cast.dana
        )
        paper = path_of(report.sha256).read_bytes()
    found = files_of(cast.bayview, cast.amit)
    assert list(found.values()) == [paper]
    (path,) = found
    assert path.startswith(f"files/health/{report.pk}-Health report 20")


def test_pictures_and_report_of_an_inspection_are_in_it_once_it_is_signed(cast: Cast) -> None:
    inspection = begun(cast)
    with acting(cast.dana):
        file = IncomingFile("cabinet.png", len(PNG), lambda: BytesIO(PNG))
        picture = Picture(uuid4(), file, database_now(), inspection.items.earliest("position").pk)
        add_inspection_photo(inspection=inspection, picture=picture, actor=cast.dana)
        photo = inspection.photos.get()
    # Customers read nothing of it before the signature.
    assert files_of(cast.bayview, cast.amit) == {}
    with acting(cast.dana):
        sent_by_phone(inspection, cast.dana, [*answers(inspection), closing()])
        done = only(cast)
        report = path_of(done.sha256).read_bytes()
    name = f"{done.pk}-Inspection 2026-11-03 Main phone system.pdf"
    assert files_of(cast.bayview, cast.amit) == {
        f"files/inspections/{done.pk}/{name}": report,
        f"files/inspections/{done.pk}/photos/{photo.pk}-cabinet.png": PNG,
    }
