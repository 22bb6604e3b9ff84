"""A report is reviewed, signed, sent, and frozen; findings become tickets."""

from __future__ import annotations

from email import message_from_bytes
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from pypdf import PdfReader

from calcom_portal.common.errors import BadInput, Missing, NotAllowed, RuleBroken
from calcom_portal.common.files import path_of
from contracts.models import Device
from monitoring.access import access_health_report
from monitoring.actions.give_health_value import give_health_value
from monitoring.actions.note_health_item import note_health_item
from monitoring.actions.open_finding import open_finding
from monitoring.actions.set_health_thresholds import set_health_thresholds
from monitoring.actions.sign_health_report import sign_health_report
from monitoring.actions.start_health_check import start_health_check
from monitoring.health.measures import Bounds
from monitoring.models import HealthCheck, HealthItem, HealthReport, HealthThreshold
from monitoring.sweeps.collect_health_checks import collect_health_checks
from notifications.models import Notice
from notifications.sending import send_notices
from tests.cast import Cast
from tests.health.helpers import build_check, build_report
from tests.stage import DatabaseTime, acting, browser_of
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db

NOW = "2026-11-03T10:00-08:00"


@pytest.fixture
def finding(cast: Cast, database_time: DatabaseTime) -> HealthItem:
    """Give a report of Bayview that waits for its signature, and its finding."""
    database_time.set(NOW)
    return build_report(cast.phone_system)


def report_of(item: HealthItem) -> HealthReport:
    report: HealthReport | None = item.health_check.report
    assert report is not None
    return report


def signed(cast: Cast, item: HealthItem, comment: str = "") -> HealthReport:
    with acting(cast.dana):
        made: HealthReport = sign_health_report(
            report=report_of(item), comment=comment, actor=cast.dana
        )
        return made


def text_of_pdf(report: HealthReport) -> str:
    reader = PdfReader(BytesIO(path_of(report.sha256).read_bytes()))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    return "\n".join(page.extract_text() for page in reader.pages)


def test_a_signed_report_is_frozen_and_becomes_a_document(cast: Cast, finding: HealthItem) -> None:
    report = signed(cast, finding, "All well but the disk.")
    assert (report.signed_name, report.signed_by_id) == ("Dana Okafor", cast.dana.membership_id)
    with acting(cast.dana):
        assert HealthCheck.objects.get().state == "signed"
        text = text_of_pdf(report)
        with pytest.raises(RuleBroken):
            sign_health_report(report=report, comment="", actor=cast.dana)
        with pytest.raises(RuleBroken):
            note_health_item(item=finding, note="Too late", actor=cast.dana)
    for words in (
        "Health report, November 2026",
        "All well but the disk.",
        "Disk space",
        "Used (/): 82 %.",
        "Remove old recordings",
        "What could not be measured",
        "Where the figures come from",
        "Dana Okafor",
    ):
        assert words in " ".join(text.split())
    assert "Draft" not in text


def test_the_customers_administrator_gets_the_report_by_mail_with_the_document(
    cast: Cast, finding: HealthItem
) -> None:
    report = signed(cast, finding)
    assert report.told == 1
    with acting(cast.dana):
        notice = Notice.objects.get(kind="health_signed")
        assert notice.recipient_id == cast.amit.membership_id
    send_notices()
    (sent,) = [one for one in mail.outbox if "Health report" in one.subject]
    assert sent.subject == "Health report, November 2026: Market Street"
    assert "Used (/): 82 %." in str(sent.body)
    parsed: Any = message_from_bytes(sent.message().as_bytes())
    (pdf,) = [part for part in parsed.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_filename() == "Health report 2026-11 Market Street.pdf"
    assert pdf.get_payload(decode=True).startswith(b"%PDF")


def test_customers_see_nothing_before_the_signature(cast: Cast, finding: HealthItem) -> None:
    report = report_of(finding)
    with acting(cast.amit), pytest.raises(Missing):
        access_health_report(cast.amit, report.pk)
    signed(cast, finding)
    with acting(cast.amit):
        assert access_health_report(cast.amit, report.pk).pk == report.pk
        assert HealthItem.objects.count() == 18
    with acting(cast.sam), pytest.raises(Missing):
        access_health_report(cast.sam, report.pk)


def test_nobody_but_technicians_signs(cast: Cast, finding: HealthItem) -> None:
    with acting(cast.amit), pytest.raises(NotAllowed):
        sign_health_report(report=report_of(finding), comment="", actor=cast.amit)
    with acting(cast.dana):
        assert HealthReport.objects.get().signed_at is None


def test_a_report_is_not_signed_while_a_system_of_it_is_being_made(
    cast: Cast, finding: HealthItem
) -> None:
    with acting(cast.dana):
        HealthCheck.objects.update(state="collecting")
        with pytest.raises(RuleBroken, match="Not every system"):
            sign_health_report(report=report_of(finding), comment="", actor=cast.dana)


@pytest.mark.parametrize("status", ["ok", "not_measurable"])
def test_a_line_without_a_finding_becomes_no_ticket(
    cast: Cast, finding: HealthItem, status: str
) -> None:
    with acting(cast.dana):
        HealthItem.objects.filter(pk=finding.pk).update(status=status)
    answer = browser_of(cast.dana).post(f"/health-checks/lines/{finding.pk}/ticket/")
    assert answer.status_code == 409
    with acting(cast.dana):
        with pytest.raises(RuleBroken, match="“Disk space” is no finding"):
            open_finding(item=finding, actor=cast.dana)
        assert HealthItem.objects.get(pk=finding.pk).ticket_id is None
        assert not Message.objects.exists()


def test_a_finding_becomes_a_ticket_with_its_evidence_once(cast: Cast, finding: HealthItem) -> None:
    with acting(cast.dana):
        ticket = open_finding(item=finding, actor=cast.dana)
        message = Message.objects.get(ticket=ticket)
        attachment = Attachment.objects.get(ticket=ticket)
        evidence = path_of(attachment.sha256).read_text()
        finding.refresh_from_db()
        with pytest.raises(RuleBroken, match=ticket.reference):
            open_finding(item=finding, actor=cast.dana)
    assert ticket.subject == "Main phone system: Disk space"
    assert (ticket.device_id, ticket.priority) == (cast.phone_system.pk, "minor")
    assert "Remove old recordings and logs" in message.text
    assert "Used (/): 82 %. SSH, 2026-11-03 18:00 UTC" in evidence
    assert finding.ticket_id == ticket.pk


def test_a_note_stands_beside_its_line(cast: Cast, finding: HealthItem) -> None:
    with acting(cast.dana):
        note_health_item(item=finding, note="We clean up on Friday.", actor=cast.dana)
        with pytest.raises(BadInput, match="1,000"):
            note_health_item(item=finding, note="x" * 1_001, actor=cast.dana)
    report = signed(cast, finding)
    with acting(cast.dana):
        assert "We clean up on Friday." in text_of_pdf(report)


def line(finding: HealthItem, code: str) -> HealthItem:
    found: HealthItem = finding.health_check.items.get(code=code)
    return found


def test_what_only_a_person_finds_out_is_written_down_and_judged(
    cast: Cast, finding: HealthItem
) -> None:
    with acting(cast.dana):
        item = line(finding, "emergency")
        assert item.status == "not_measurable"
        item = give_health_value(
            item=item, measure="emergency.test", given="2026-05-01", actor=cast.dana
        )
        assert (item.status, item.value) == ("crit", "Since the last test: 186 days.")
        assert item.evidence[0]["source"] == "Written down by Dana Okafor on 3 Nov 2026"
        assert HealthCheck.objects.get().overall == "crit"


@pytest.mark.parametrize(
    ("code", "measure", "given"),
    [
        ("emergency", "emergency.test", "2026-11-04"),
        ("emergency", "emergency.test", "yesterday"),
        ("emergency", "emergency.test", ""),
        ("security", "security.passwords", "nan"),
        ("security", "security.passwords", "-1"),
        ("security", "security.passwords", "٣"),
        ("security", "security.passwords", "1e9"),
        ("disk", "disk.used", "1"),
        ("disk", "no.such", "1"),
    ],
)
def test_values_by_hand_that_cannot_be_are_refused(
    cast: Cast, finding: HealthItem, code: str, measure: str, given: str
) -> None:
    with acting(cast.dana):
        item = line(finding, code)
        with pytest.raises(BadInput) as refused:
            give_health_value(item=item, measure=measure, given=given, actor=cast.dana)
        assert refused.value.field == "given"
        assert line(finding, code).value == item.value


def test_a_health_check_can_be_made_now(cast: Cast, database_time: DatabaseTime) -> None:
    database_time.set(NOW)
    with acting(cast.dana):
        made = start_health_check(device=cast.phone_system, actor=cast.dana)
        with pytest.raises(RuleBroken, match="being made"):
            start_health_check(device=cast.phone_system, actor=cast.dana)
    assert made.month is None
    assert made.contract_id == cast.contract.pk
    assert collect_health_checks().collected == 1
    with acting(cast.dana):
        assert HealthCheck.objects.get().state == "collected"
        assert report_of(HealthItem.objects.first() or HealthItem()).title == "3 November 2026"


def test_what_is_out_of_service_is_not_looked_at(cast: Cast, database_time: DatabaseTime) -> None:
    now = database_time.set(NOW)
    with acting(cast.dana):
        Device.objects.update(retired_on=now.date())
        with pytest.raises(RuleBroken, match="out of service"):
            start_health_check(device=cast.phone_system, actor=cast.dana)
        assert not HealthReport.objects.exists()


def test_thresholds_of_a_provider_are_kept_where_they_differ(cast: Cast) -> None:
    build_check(cast.phone_system)
    usual = Bounds(80, 90)
    with acting(cast.priya):
        set_health_thresholds(
            bounds={"disk.used": Bounds(70, 85), "memory.used": Bounds(85, 95)}, actor=cast.priya
        )
        (kept,) = HealthThreshold.objects.all()
        assert (kept.code, kept.warn, kept.crit) == ("disk.used", 70, 85)
        with pytest.raises(BadInput) as refused:
            set_health_thresholds(bounds={"disk.used": Bounds(90, 80)}, actor=cast.priya)
        assert refused.value.field == "disk.used"
        set_health_thresholds(bounds={"disk.used": usual}, actor=cast.priya)
        assert not HealthThreshold.objects.exists()
    with acting(cast.dana), pytest.raises(NotAllowed):
        set_health_thresholds(bounds={"disk.used": usual}, actor=cast.dana)
