"""The pages of health checks, and their API."""

from __future__ import annotations

from itertools import cycle
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import provider_scope
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.forms.health import ThresholdsForm
from monitoring.models import HealthCheck, HealthItem, HealthReport, HealthThreshold
from tests.api.caller import caller
from tests.bad_inputs.texts import CONTROLS
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.health.helpers import build_report
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.web.helpers import text_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(cast: Cast, database_time: DatabaseTime) -> HealthItem:
    """Give a report of Bayview that waits for its signature, and its finding."""
    database_time.set("2026-11-03T10:00-08:00")
    return build_report(cast.phone_system)


def url_of(finding: HealthItem) -> str:
    return f"/health-checks/{finding.health_check.report_id}/"


def test_a_technician_reviews_writes_opens_a_ticket_and_signs(
    cast: Cast, finding: HealthItem
) -> None:
    dana = browser_of(cast.dana)
    listed = text_of(dana.get("/health-checks/?show=review"))
    assert "November 2026" in listed
    assert "Bayview Dental Group" in listed
    shown = text_of(dana.get(url_of(finding)))
    for words in ("Disk space", "Used (/): 82 %.", "could not be measured", "Sign and send"):
        assert words in shown
    line = f"/health-checks/lines/{finding.pk}/"
    answer = dana.post(line, {"note": "We clean up on Friday."})
    assert answer.headers["Location"] == f"{url_of(finding)}#line-{finding.pk}"
    answer = dana.post(f"{line}ticket/")
    with acting(cast.dana):
        ticket = Ticket.objects.get()
    assert answer.headers["Location"] == f"/tickets/{ticket.reference}/"
    form = {"comment": "All well but the disk.", "submission": str(uuid4())}
    for _ in range(2):
        answer = dana.post(f"{url_of(finding)}sign/", form)
        assert (answer.status_code, answer.headers["Location"]) == (303, url_of(finding))
    shown = text_of(dana.get(url_of(finding)))
    for words in ("signed by Dana Okafor", "We clean up on Friday.", ticket.reference):
        assert words in shown
    assert "Sign and send" not in shown


def test_a_day_found_by_hand_is_written_down_or_refused(cast: Cast, finding: HealthItem) -> None:
    with acting(cast.dana):
        item = finding.health_check.items.get(code="emergency")
    dana, url = browser_of(cast.dana), f"/health-checks/lines/{item.pk}/"
    refused = dana.post(url, {"note": "", "emergency_test": "2026-13-01"})
    assert refused.status_code == 422
    refused = dana.post(url, {"note": "", "emergency_test": "2027-01-01"})
    assert refused.status_code == 422
    assert "still to come" in text_of(refused)
    assert dana.post(url, {"note": "", "emergency_test": "2026-10-30"}).status_code == 303
    with acting(cast.dana):
        item.refresh_from_db()
        assert (item.status, item.value) == ("ok", "Since the last test: 4 days.")
    assert 'value="2026-10-30"' in dana.get(url).content.decode()


def test_the_customer_reads_the_signed_report_without_the_staffs_buttons(
    cast: Cast, finding: HealthItem
) -> None:
    amit = browser_of(cast.amit)
    assert "No report yet" in text_of(amit.get("/health-checks/"))
    with acting(cast.dana):
        report = finding.health_check.report
        assert report is not None
        sign_health_report(report=report, comment="", actor=cast.dana)
    shown = text_of(amit.get(url_of(finding)))
    assert "Used (/): 82 %." in shown
    assert "Open a ticket" not in shown
    answer = amit.get(f"{url_of(finding)}pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert "November 2026" in text_of(amit.get(f"/devices/{cast.phone_system.pk}/"))


def test_progress_is_shown_until_the_last_system_is_made(cast: Cast, finding: HealthItem) -> None:
    with acting(cast.dana):
        HealthCheck.objects.update(
            state="collecting", done_count=2, total_count=5, step="Asking the equipment"
        )
    dana = browser_of(cast.dana)
    assert "2 of 5" in text_of(dana.get(url_of(finding)))
    assert "Sign and send" not in text_of(dana.get(url_of(finding)))
    assert "Asking the equipment" in text_of(dana.get(f"{url_of(finding)}live/"))
    with acting(cast.dana):
        HealthCheck.objects.update(state="collected")
    assert dana.get(f"{url_of(finding)}live/").headers["HX-Refresh"] == "true"


def test_a_health_check_is_started_from_the_page_of_the_device(cast: Cast) -> None:
    dana = browser_of(cast.dana)
    assert "Check now" in text_of(dana.get(f"/devices/{cast.phone_system.pk}/"))
    answer = dana.post(f"/devices/{cast.phone_system.pk}/health-check/")
    with acting(cast.dana):
        report = HealthReport.objects.get()
    assert answer.headers["Location"] == f"/health-checks/{report.pk}/"
    assert "waits for its turn" in text_of(dana.get(answer.headers["Location"]))


@pytest.mark.parametrize("text", ["x" * 4_001, *CONTROLS])
def test_words_that_nobody_can_read_are_refused_at_their_field(
    cast: Cast, finding: HealthItem, text: str
) -> None:
    dana = browser_of(cast.dana)
    refused = dana.post(f"/health-checks/lines/{finding.pk}/", {"note": text})
    assert refused.status_code == 422
    assert "id_note_error" in refused.content.decode()
    form = {"comment": text, "submission": str(uuid4())}
    refused = dana.post(f"{url_of(finding)}sign/", form)
    assert refused.status_code == 422
    assert "id_comment_error" in refused.content.decode()
    with acting(cast.dana):
        finding.refresh_from_db()
        assert finding.note == ""
        assert HealthReport.objects.get().signed_at is None


def thresholds(**changed: str) -> dict[str, str]:
    form = ThresholdsForm(own={})
    shown = {name: str(field.initial or "") for name, field in form.fields.items()}
    return {**shown, "submission": str(uuid4()), **changed}


def test_thresholds_are_changed_and_bad_ones_refused_at_their_field(cast: Cast) -> None:
    priya = browser_of(cast.priya)
    url = "/health-checks/thresholds/"
    assert "Disk space" in text_of(priya.get(url))
    assert priya.post(url, thresholds(warn_disk_used="70")).status_code == 303
    with provider_scope(provider_id=cast.calcom.pk):
        assert [(one.code, one.warn) for one in HealthThreshold.objects.all()] == [
            ("disk.used", 70)
        ]
    names, bad = sorted(thresholds().keys() - {"submission"}), ("1e3", "nan", "٧", "-", "9" * 11)
    for text in bad:
        for name in names:
            assert set(ThresholdsForm(thresholds(**{name: text}), own={}).errors) == {name}
        refused = priya.post(url, thresholds(**dict.fromkeys(names, text)))
        assert refused.status_code == 422
        assert [name for name in names if f"id_{name}_error" not in refused.content.decode()] == []
    for name, text in zip(names, cycle(bad), strict=False):
        refused = priya.post(url, thresholds(**{name: text}))
        assert refused.status_code == 422
        assert [one for one in names if f"id_{one}_error" in refused.content.decode()] == [name]
    refused = priya.post(url, thresholds(warn_disk_used="95"))
    assert refused.status_code == 422
    assert "must be worse" in text_of(refused)


def test_pages_ask_the_same_number_of_questions_however_much_there_is(
    cast: Cast, finding: HealthItem
) -> None:
    dana = browser_of(cast.dana)
    urls = ("/health-checks/", url_of(finding), f"/devices/{cast.phone_system.pk}/")

    def counts() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                assert dana.get(url).status_code == 200
            found.append(len(asked))
        return found

    counts()
    few = counts()
    for number in range(3):
        other = build_report(build_device(build_site(cast.bayview, f"Site {number}"), "System"))
        with acting(cast.dana):
            HealthCheck.objects.filter(pk=other.health_check_id).update(
                report=finding.health_check.report
            )
    assert counts() == few
    assert max(few[:2]) <= 12


def test_reports_are_read_over_the_api(cast: Cast, finding: HealthItem) -> None:
    report_id = finding.health_check.report_id
    assert caller(cast.amit).get("/health-reports").json()["items"] == []
    assert caller(cast.amit).get(f"/health-reports/{report_id}").status_code == 404
    dana = caller(cast.dana)
    (listed,) = dana.get("/health-reports?state=not_signed").json()["items"]
    assert (listed["id"], listed["title"], listed["month"]) == (
        report_id,
        "November 2026",
        "2026-11-01",
    )
    assert dana.get("/health-reports?state=signed").json()["items"] == []
    assert dana.get("/health-reports?state=soon").status_code == 400
    told = dana.get(f"/health-reports/{report_id}").json()
    assert told["status"] == "warn"
    (system,) = told["systems"]
    disk = next(line for line in system["lines"] if line["code"] == "disk")
    assert (disk["status"], disk["value"]) == ("warn", "Used (/): 82 %.")
    assert disk["figures"][0] == {
        "measure": "disk.used",
        "subject": "/",
        "value": 82,
        "unit": "%",
        "last": None,
        "evidence": "SSH",
        "at": "2026-11-03T18:00:00+00:00",
    }
