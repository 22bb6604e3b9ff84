"""Labels of devices: where each lies, what its code opens, and for whom."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from contracts.actions import DeviceFacts, Swap, swap_device
from contracts.days import today_at_site
from contracts.label_sheets import SHEETS, SheetCode, places_from
from contracts.labels import address_of
from contracts.views import labels as views
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import acting, browser_of


@pytest.mark.parametrize("code", list(SheetCode))
def test_labels_lie_on_the_sheet_and_do_not_overlap(code: SheetCode) -> None:
    sheet = SHEETS[code]
    corners = [sheet.corner(place) for place in range(sheet.places)]
    width, height = sheet.size
    for left, top in corners:
        assert left >= 0
        assert top >= 0
        assert left + width <= sheet.page[0] + 0.01
        assert top + height <= sheet.page[1] + 0.01
    assert sheet.pitch[0] >= width
    assert sheet.pitch[1] >= height
    assert len(set(corners)) == sheet.places


def test_the_corners_of_avery_5160_are_where_the_maker_puts_them() -> None:
    sheet = SHEETS[SheetCode.AVERY_5160]
    assert sheet.corner(0) == pytest.approx((4.7625, 12.7))
    assert sheet.corner(4) == pytest.approx((4.7625 + 69.85, 12.7 + 25.4))


def test_a_sheet_that_was_begun_goes_on_and_turns_over() -> None:
    sheet = SHEETS[SheetCode.AVERY_L7160]
    assert list(places_from(sheet, 19, 4)) == [(0, 19), (0, 20), (1, 0), (1, 1)]


def labels(cast: Cast, **form: object) -> tuple[int, bytes]:
    address = f"{reverse('device_labels')}?customer={cast.bayview.pk}"
    answer = browser_of(cast.dana).post(address, {"sheet": "5160", "start": "1"} | form)
    return answer.status_code, answer.content


def test_a_sheet_holds_names_numbers_and_the_way_to_report(cast: Cast) -> None:
    spare = build_device(cast.market_street, "Spare & <b>phone</b> #1")
    chosen = [cast.phone_system.pk, spare.pk]
    status, data = labels(cast, devices=chosen, start="30")
    assert (status, data[:5]) == (200, b"%PDF-")
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) == 2
    words = "".join(page.extract_text() for page in pages)
    assert "Main phone system" in words
    assert cast.phone_system.serial in words
    assert "Spare & <b>phone</b> #1" in words.replace("\n", " ")
    assert "(415) 555-0100" in words


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"devices": []}, "Choose at least one device."),
        ({"devices": ["999999"]}, "is not one of the available choices"),
        ({"start": "0"}, "Write a number from 1 to 30."),
        ({"sheet": "L7160", "start": "22"}, "This sheet has 21 labels."),
        ({"sheet": "napkin"}, "is not one of the available choices"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_its_field(
    cast: Cast, form: dict[str, object], words: str
) -> None:
    status, page = labels(cast, **({"devices": [cast.phone_system.pk]} | form))
    assert status == 422
    assert words in page.decode()


def test_a_code_opens_the_report_of_its_device(cast: Cast) -> None:
    address = address_of(cast.phone_system)
    assert address == f"http://127.0.0.1:8000/d/{cast.phone_system.pk}/"
    path = reverse("device_scan", args=[cast.phone_system.pk])
    answer = browser_of(cast.elena).get(path)
    assert answer.headers["Location"] == f"/tickets/new/?device={cast.phone_system.pk}"
    page = browser_of(cast.elena).get(answer.headers["Location"]).content.decode()
    assert f'value="{cast.phone_system.pk}"' in page
    assert "checked" in page
    for stranger in (cast.sam, cast.kim, cast.nils):
        assert browser_of(stranger).get(path).status_code == 404


def test_the_label_of_a_replaced_device_opens_the_one_in_its_place(cast: Cast) -> None:
    with acting(cast.dana) as scope:
        today = today_at_site(cast.market_street, scope.now)
        facts = DeviceFacts(name="New system", serial="NEW-1")
        new = swap_device(device=cast.phone_system, swap=Swap(facts, today), actor=cast.dana)
    path = reverse("device_scan", args=[cast.phone_system.pk])
    answer = browser_of(cast.elena).get(path)
    assert answer.headers["Location"] == reverse("device_scan", args=[new.pk])


def test_devices_to_label_come_in_pages_and_all_of_one_are_chosen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LABELS_A_PAGE", 2)
    for number in range(3):
        build_device(cast.market_street, f"Phone {number}")
    browser, path = browser_of(cast.ruth), f"/devices/labels/?customer={cast.bayview.pk}"
    first = browser.get(f"{path}&all=1").context
    assert len(first["form"].offered) == 2
    assert first["form"]["devices"].value() == list(first["form"].offered)
    following = browser.get(first["pager"].next_url)
    assert len(following.context["form"].offered) == 2
    chosen = list(following.context["form"].offered)
    form = {"sheet": "5160", "start": "1", "devices": chosen}
    answer = browser.post(first["pager"].next_url, form)
    assert answer.headers["Content-Type"] == "application/pdf"
