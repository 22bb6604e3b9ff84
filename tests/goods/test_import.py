"""A list is sent in, checked without changing anything, and imported whole or not at all."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Job
from accounts.viewer import Viewer
from calcom_portal.common.errors import NotAllowed, RuleBroken
from calcom_portal.common.files import IncomingFile, path_of
from contracts.actions import (
    ListSent,
    apply_import,
    check_import,
    confirm_import,
    recheck_import,
    start_import,
)
from contracts.goods.cells import Value
from contracts.goods.columns import Column
from contracts.goods.dates import DateStyle
from contracts.goods.planning import Outcome
from contracts.goods.writing import as_csv, as_workbook
from contracts.goods_list import list_of
from contracts.goods_plan import SHELF
from contracts.models import (
    Device,
    DeviceEvent,
    GoodsImport,
    ImportRow,
    ProductModel,
    WarrantyItem,
)
from tests.builders import build_device, build_site, build_warranty
from tests.cast import Cast
from tests.goods.files import DESK, HEADINGS, text, workbook
from tests.jobs import finish_jobs
from tests.stage import acting, browser_of
from tests.traces import nothing_changes

TODAY = date(2026, 6, 15)
GOODS = (Device, WarrantyItem, DeviceEvent)


def silent(step: str, done: int = 0, total: int = 0) -> None:
    """Tell nobody."""


def sent(content: bytes | str, name: str = "list.csv") -> ListSent:
    data = content.encode() if isinstance(content, str) else content
    return ListSent(IncomingFile(name, len(data), lambda: io.BytesIO(data)))


def checked(cast: Cast, content: bytes | str, name: str = "list.csv") -> GoodsImport:
    """Send a list in and have it checked."""
    with acting(cast.ruth):
        found = start_import(customer=cast.bayview, sent=sent(content, name), actor=cast.ruth)
        return check_import(goods_import=found, progress=silent, actor=cast.ruth)


def imported(cast: Cast, content: bytes | str, name: str = "list.csv") -> GoodsImport:
    """Send a list in, and import it."""
    found = checked(cast, content, name)
    with acting(cast.ruth):
        return apply_import(goods_import=found, progress=silent, actor=cast.ruth)


def desk(cast: Cast, **changes: str) -> list[str]:
    """Return the row of a device under the cast's own contract."""
    row = dict(zip(HEADINGS, DESK, strict=True)) | {"Warranty contract": cast.contract.number}
    return list((row | {name.replace("_", " "): value for name, value in changes.items()}).values())


def outcomes(found: GoodsImport) -> dict[str, int]:
    return {key: count for key, count in found.counts.items() if count}


def test_a_checked_list_says_what_it_would_do_and_changes_nothing(cast: Cast) -> None:
    before = list(GOODS)
    with acting(cast.ruth):
        counts = [model.objects.count() for model in before]
    found = checked(cast, text(HEADINGS, desk(cast)))
    assert (found.state, outcomes(found)) == ("ready", {"new": 1})
    with acting(cast.ruth):
        assert [model.objects.count() for model in before] == counts
        (row,) = ImportRow.objects.all()
    assert (row.number, row.name, row.outcome) == (2, "Front desk phone", "new")
    assert row.changes == [
        {
            "column": "Warranty",
            "before": "",
            "after": f"{cast.contract.number}: 1 Jan 2026 to 31 Dec 2026",
        }
    ]


def test_an_import_writes_device_model_warranty_and_history(cast: Cast) -> None:
    with acting(cast.ruth):
        model = ProductModel.objects.create(
            provider=cast.calcom, vendor="Yealink", model="T54w", kind="phone"
        )
    found = imported(cast, text(HEADINGS, desk(cast)))
    assert found.state == "applied"
    with acting(cast.elena):
        device = Device.objects.get(serial="SN-1")
        assert (device.name, device.kind, device.site_id) == (
            "Front desk phone",
            "phone",
            cast.market_street.pk,
        )
        assert (device.extension, device.room, device.installed_on) == (
            "204",
            "Lobby",
            date(2025, 3, 4),
        )
        assert device.product_model_id == model.pk
        item = WarrantyItem.objects.get(device=device)
        assert (item.contract_id, item.ends_on) == (cast.contract.pk, date(2026, 12, 31))
        kinds = DeviceEvent.objects.filter(device=device).order_by("pk")
        assert [event.kind for event in kinds] == ["installed", "warranty_added"]
    with acting(cast.ruth):
        assert AuditEntry.objects.filter(action="import.applied").count() == 1


def test_the_same_list_again_is_all_unchanged(cast: Cast) -> None:
    content = text(HEADINGS, desk(cast), desk(cast, Device="Second", Serial_number=""))
    assert outcomes(imported(cast, content)) == {"new": 2}
    assert outcomes(checked(cast, content)) == {"unchanged": 2}
    assert outcomes(checked(cast, workbook(*csv.reader(content.splitlines())))) == {"unchanged": 2}


def test_a_changed_list_changes_what_differs(cast: Cast) -> None:
    imported(cast, text(HEADINGS, desk(cast)))
    build_site(cast.bayview, "Annex")
    moved = desk(cast, Site="Annex", Room="Hall", Warranty_ends="2027-12-31")
    found = imported(cast, text(HEADINGS, moved))
    assert outcomes(found) == {"changed": 1}
    with acting(cast.ruth):
        device = Device.objects.select_related("site").get(serial="SN-1")
        assert (device.site.name, device.room, device.extension) == ("Annex", "Hall", "204")
        assert WarrantyItem.objects.get().ends_on == date(2027, 12, 31)
        events = DeviceEvent.objects.filter(device=device).order_by("pk")
        kinds = [(event.kind, event.details.get("changed")) for event in events]
    assert kinds[2:] == [("edited", ["site", "room"]), ("warranty_changed", None)]


def test_one_refused_row_keeps_the_whole_list_out(cast: Cast) -> None:
    found = checked(cast, text(HEADINGS, desk(cast), desk(cast, Site="Nowhere", Serial_number="2")))
    assert outcomes(found) == {"new": 1, "refused": 1}
    with acting(cast.ruth):
        row = ImportRow.objects.get(outcome=Outcome.REFUSED)
        assert (row.number, row.problems[0]["column"]) == (3, "Site")
    with nothing_changes(cast, *GOODS), acting(cast.ruth):
        with pytest.raises(RuleBroken, match=r"1 row is refused in list\.csv"):
            confirm_import(goods_import=found, actor=cast.ruth)
        with pytest.raises(RuleBroken, match="not ready"):
            apply_import(goods_import=found, progress=silent, actor=cast.ruth)


def test_a_serial_number_of_another_customer_is_refused_without_saying_whose(cast: Cast) -> None:
    other = build_device(build_site(cast.sutter, "Pier 9"), "Secret switch")
    with acting(cast.ruth):
        Device.objects.filter(pk=other.pk).update(serial="SN-1", vendor="Yealink")
    checked(cast, text(HEADINGS, desk(cast)))
    with acting(cast.ruth):
        (problem,) = ImportRow.objects.get().problems
    assert problem["message"] == "The serial number SN-1 is in service elsewhere."
    assert "Secret" not in str(problem)
    assert "Pier" not in str(problem)


def test_a_contract_of_another_customer_looks_like_none(cast: Cast) -> None:
    checked(cast, text(HEADINGS, desk(cast, Warranty_contract="CT-1")))
    with acting(cast.ruth):
        (problem,) = ImportRow.objects.get().problems
    assert problem["message"] == "The customer has no contract CT-1."


def test_what_changed_since_the_check_keeps_the_list_out(cast: Cast) -> None:
    found = checked(cast, text(HEADINGS, desk(cast)))
    device = build_device(cast.market_street, "Front desk phone")
    with acting(cast.ruth):
        Device.objects.filter(pk=device.pk).update(serial="SN-1", vendor="Yealink")
    with (
        nothing_changes(cast, *GOODS),
        acting(cast.ruth),
        pytest.raises(RuleBroken, match=r"Something has changed since list\.csv was checked"),
    ):
        apply_import(goods_import=found, progress=silent, actor=cast.ruth)
    with acting(cast.ruth):
        again = check_import(goods_import=found, progress=silent, actor=cast.ruth)
    assert outcomes(again) == {"changed": 1}


def test_a_file_that_cannot_be_read_keeps_its_problems(cast: Cast) -> None:
    found = checked(cast, text(("Site", "Colour"), ("a", "b")))
    assert found.state == "unreadable"
    assert [problem["message"] for problem in found.problems] == [
        "There is no column “Colour”.",
        "The column “Device” is missing.",
    ]
    with acting(cast.ruth):
        assert not ImportRow.objects.exists()


def export(cast: Cast) -> list[dict[Column, Value]]:
    with acting(cast.ruth):
        return [dict(row) for row in list_of(cast.bayview.pk, TODAY)]


def test_the_export_read_back_changes_nothing(cast: Cast) -> None:
    rows = [
        desk(cast),
        desk(cast, Device="=1+1", Serial_number="+972-3", Room="'quoted", Extension="-5"),
        desk(cast, Device="@SUM(A1)", Serial_number="'=x", Warranty_note="-n"),
    ]
    imported(cast, text(HEADINGS, *rows))
    build_warranty(
        cast.contract, cast.phone_system, starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31)
    )
    exported = export(cast)
    assert len(exported) == 4
    for content in (as_csv(exported), as_workbook(exported)):
        assert outcomes(checked(cast, content)) == {"unchanged": 4}


def test_no_cell_of_an_export_is_a_formula(cast: Cast) -> None:
    imported(cast, text(HEADINGS, desk(cast, Device="=HYPERLINK(1)", Serial_number="+1")))
    exported = export(cast)
    lines = list(csv.reader(as_csv(exported).decode("utf-8-sig").splitlines()))
    assert not [cell for line in lines for cell in line if cell[:1] in "=+-@" and cell]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(exported)))
    assert {cell.data_type for row in book.active.rows for cell in row} <= {"s", "n"}
    values = [cell.value for row in book.active.rows for cell in row if cell.data_type == "s"]
    assert "=HYPERLINK(1)" in values


@pytest.mark.parametrize("who", ["amit", "dana", "priya"])
def test_only_who_manages_devices_and_contracts_sends_lists_in(cast: Cast, who: str) -> None:
    viewer: Viewer = getattr(cast, who)
    with nothing_changes(cast), acting(viewer), pytest.raises(NotAllowed):
        start_import(customer=cast.bayview, sent=sent("x"), actor=viewer)


def send(cast: Cast, content: str, **fields: str) -> str:
    """Send a list in through the page; return where it leads."""
    form = {
        "file": SimpleUploadedFile("stock.csv", content.encode()),
        "style": "ask",
        "letters": "auto",
        "submission": "6b1f7d7e-0000-4000-8000-000000000001",
    }
    address = f"{reverse('import_new')}?customer={cast.bayview.pk}"
    return str(browser_of(cast.ruth).post(address, form | fields).headers["Location"])


def test_a_list_goes_through_the_pages(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    assert send(cast, text(HEADINGS, desk(cast))).startswith("/jobs/")
    finish_jobs()
    with acting(cast.ruth):
        found = GoodsImport.objects.get()
    address = reverse("goods_import", args=[found.pk])
    shown = browser.get(address).content.decode()
    assert "Ready to import: 1 new, 0 changed, 0 unchanged" in shown
    browser.post(reverse("import_confirm", args=[found.pk]))
    finish_jobs()
    assert "1 new, 0 changed" in browser.get(address).content.decode()
    with acting(cast.ruth):
        assert Device.objects.filter(serial="SN-1").count() == 1
        assert {job.state for job in Job.objects.all()} == {"done"}
        found.refresh_from_db()
        with pytest.raises(RuleBroken):
            confirm_import(goods_import=found, actor=cast.ruth)
        with pytest.raises(RuleBroken):
            recheck_import(goods_import=found, actor=cast.ruth)


def test_an_empty_file_is_refused_at_its_field(cast: Cast) -> None:
    address = f"{reverse('import_new')}?customer={cast.bayview.pk}"
    form = {
        "file": SimpleUploadedFile("stock.csv", b""),
        "style": "ask",
        "letters": "auto",
        "submission": "6b1f7d7e-0000-4000-8000-000000000002",
    }
    answer = browser_of(cast.ruth).post(address, form)
    assert answer.status_code == 422
    assert "stock.csv is empty." in answer.content.decode()


def test_a_list_may_say_how_its_dates_are_meant(cast: Cast) -> None:
    rows = text(("Site", "Device", "Installed on"), ("Market Street", "Phone", "03/04/2026"))
    send(cast, rows, style=DateStyle.DAY_FIRST)
    finish_jobs()
    with acting(cast.ruth):
        found = GoodsImport.objects.get()
        apply_import(goods_import=found, progress=silent, actor=cast.ruth)
        assert Device.objects.get(name="Phone").installed_on == date(2026, 4, 3)
        assert path_of(found.sha256, SHELF).is_file()


def test_a_long_list_takes_the_same_statements_for_every_batch(cast: Cast) -> None:
    def statements(rows: int, prefix: str) -> int:
        lines = [
            desk(cast, Device=f"{prefix} {number}", Serial_number=f"{prefix}{number}")
            for number in range(rows)
        ]
        found = checked(cast, text(HEADINGS, *lines))
        with acting(cast.ruth), CaptureQueriesContext(connection) as queries:
            apply_import(goods_import=found, progress=silent, actor=cast.ruth)
        return len(queries)

    assert statements(400, "A") == statements(4, "B")
