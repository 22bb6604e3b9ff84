"""Operators: who gets in, what they do to providers, and what stays out of their sight."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.cancel_deletion import cancel_deletion
from accounts.actions.change_plan import change_plan
from accounts.actions.open_provider import NewProvider, open_provider
from accounts.actions.resume_provider import resume_provider
from accounts.actions.schedule_deletion import schedule_deletion
from accounts.actions.suspend_provider import suspend_provider
from accounts.audit import verify_audit
from accounts.figures import count_providers
from accounts.models import (
    AuditEntry,
    Invitation,
    OperatorEntry,
    Provider,
    ProviderFigures,
    User,
)
from accounts.operator_log import verify_operator_log
from accounts.operators import Operator
from accounts.plans import plan_named
from accounts.views.operator import LogLine
from calcom_portal.common.errors import Missing, RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.models import Notice
from tests.builders import PASSWORD, build_device, build_operator
from tests.cast import Cast
from tests.stage import DatabaseTime, browser_of, browser_of_operator

OLGA = Operator("Olga Brandt", "olga@portal.example", 1)
NEW = {
    "name": "Harbor Voice",
    "slug": "harbor-voice",
    "reference_prefix": "HV",
    "mail_from": "service@harborvoice.example",
    "zone": "America/Los_Angeles",
    "phone": "",
    "plan": "trial",
    "admin_name": "Hana Ito",
    "admin_email": "hana@harborvoice.example",
}


@pytest.fixture
def olga(cast: Cast) -> Client:
    return browser_of_operator(build_operator())


def row(provider: Provider) -> Provider:
    with system_scope("a test looks at a provider"):
        return Provider.objects.get(pk=provider.pk)


def logged() -> list[tuple[str, str]]:
    rows = OperatorEntry.objects.order_by("number")
    return list(rows.values_list("action", "tenant_name"))


def trail(provider: Provider) -> list[str]:
    with provider_scope(provider_id=provider.pk):
        assert verify_audit(provider.pk) is None
        return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_the_list_shows_every_provider_with_kept_figures(olga: Client, cast: Cast) -> None:
    build_device(cast.market_street, "Gateway")
    assert count_providers() == 2
    page = olga.get("/operator/").content.decode()
    assert "CalCom" in page
    assert "Northline" in page
    with system_scope("a test looks at the figures"):
        kept = ProviderFigures.objects.get(provider_id=cast.calcom.pk)
    assert (kept.customers, kept.staff, kept.devices, kept.storage_bytes) == (2, 4, 2, 0)


def test_nothing_of_a_tenant_stands_on_an_operators_page(olga: Client, cast: Cast) -> None:
    pages = [
        olga.get(path).content.decode()
        for path in ("/operator/", f"/operator/providers/{cast.calcom.pk}/")
    ]
    for word in ("Bayview", "Sutter", "Elena", "Ruth"):
        assert not any(word in page for page in pages)
    assert olga.get("/queue/").status_code == 302
    assert olga.get("/customers/").status_code == 302
    assert olga.get("/queue/", follow=True).redirect_chain[-1][0] == "/operator/"


def test_the_list_costs_as_much_for_many_providers(olga: Client, cast: Cast) -> None:
    count_providers()
    olga.get("/operator/")
    with CaptureQueriesContext(connection) as queries:
        olga.get("/operator/")
    assert len(queries) <= 14


def test_an_operator_without_a_second_step_is_sent_to_set_one_up(cast: Cast) -> None:
    user = User.objects.create_user("olga@portal.example", None, name="Olga", is_operator=True)
    answer = browser_of_operator(user, proved=False).get("/operator/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/mfa/totp/activate/")


def test_an_operator_whose_session_proved_no_second_step_has_to_prove_it(cast: Cast) -> None:
    answer = browser_of_operator(build_operator(), proved=False).get("/operator/")
    assert answer["Location"] == "/account/mfa/reauthenticate/?next=%2Foperator%2F"


def test_for_administrators_there_is_no_such_page(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    absent, operators = browser.get("/operator/nothing/"), browser.get("/operator/")
    assert absent.status_code == operators.status_code == 404


def test_the_flag_is_set_by_command_only(cast: Cast) -> None:
    told = StringIO()
    with pytest.raises(CommandError, match="Give --name"):
        call_command("make_operator", "olga@portal.example")
    call_command("make_operator", "olga@portal.example", name="Olga Brandt", stdout=told)
    user = User.objects.get(email="olga@portal.example")
    assert (user.is_operator, user.has_usable_password()) == (True, False)
    assert "second step" in told.getvalue()
    call_command("make_operator", "olga@portal.example", revoke=True, stdout=told)
    assert not User.objects.get(email="olga@portal.example").is_operator
    assert [act for act, _ in logged()] == ["operator.made", "operator.revoked"]


def test_a_provider_is_opened_on_a_plan_and_its_administrator_invited(
    olga: Client, cast: Cast
) -> None:
    answer = olga.post("/operator/providers/new/", NEW)
    assert answer.status_code == 303
    with system_scope("a test looks at the new provider"):
        harbor = Provider.objects.get(slug="harbor-voice")
        invitation = Invitation.objects.get(provider_id=harbor.pk)
    assert (harbor.plan_name, harbor.limits["customers"]) == ("Trial", 3)
    assert (invitation.email, invitation.role) == ("hana@harborvoice.example", "provider_admin")
    assert logged() == [("provider.opened", "Harbor Voice")]
    assert "person.invited" in trail(harbor)


def test_the_first_administrator_joins_by_the_link(cast: Cast) -> None:
    wanted = NewProvider("Harbor Voice", "harbor-voice", "HV", "service@harborvoice.example")
    provider, link = open_provider(
        wanted=wanted,
        plan=plan_named("unlimited"),
        admin_email="hana@harborvoice.example",
        admin_name="Hana Ito",
        operator=OLGA,
    )
    person = accept_invitation(token=link.split("/")[2], name="Hana Ito", password=PASSWORD)
    assert (person.provider_id, person.role) == (provider.pk, "provider_admin")
    assert provider.limits == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "calcom", "There is a provider calcom already."),
        ("slug", "Harbor Voice", "small letters"),
        ("reference_prefix", "hv", "capital letters"),
        ("admin_email", "nobody", "name@company.com"),
        ("plan", "gold", "not one of the available choices"),
        ("zone", "Mars/Base", "not one of the available choices"),
        ("name", "", "required"),
    ],
)
def test_a_bad_provider_is_refused_on_its_field(
    olga: Client, cast: Cast, field: str, value: str, words: str
) -> None:
    answer = olga.post("/operator/providers/new/", NEW | {field: value})
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    with system_scope("a test counts"):
        assert Provider.objects.count() == 2
    assert logged() == []


def test_suspension_and_resumption_stand_in_both_logs_and_admins_are_told(
    olga: Client, cast: Cast
) -> None:
    path = f"/operator/providers/{cast.calcom.pk}"
    assert "Deadlines that passed" not in olga.get(f"{path}/suspend/").content.decode()
    assert olga.post(f"{path}/suspend/", {"because": "Not paid"}).status_code == 303
    assert row(cast.calcom).is_suspended
    assert "Not paid" in olga.get(f"{path}/").content.decode()
    assert olga.post(f"{path}/resume/").status_code == 303
    assert not row(cast.calcom).is_suspended
    assert logged() == [("provider.suspended", "CalCom"), ("provider.resumed", "CalCom")]
    assert trail(cast.calcom)[-2:] == ["provider.suspended", "provider.resumed"]
    with provider_scope(provider_id=cast.calcom.pk):
        told = Notice.objects.filter(kind="provider_announcement").order_by("pk")
        assert [notice.recipient_id for notice in told] == [cast.ruth.membership_id] * 2
        assert "Not paid" in told[0].payload["text"]


def test_what_cannot_be_done_twice_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="not suspended"):
        resume_provider(provider_id=cast.calcom.pk, operator=OLGA)
    with pytest.raises(RuleBroken, match="not going to be deleted"):
        cancel_deletion(provider_id=cast.calcom.pk, operator=OLGA)
    suspend_provider(provider_id=cast.calcom.pk, because="x", operator=OLGA)
    with pytest.raises(RuleBroken, match="suspended already"):
        suspend_provider(provider_id=cast.calcom.pk, because="x", operator=OLGA)
    with pytest.raises(Missing):
        suspend_provider(provider_id=999_999, because="x", operator=OLGA)
    assert logged() == [("provider.suspended", "CalCom")]


def test_a_plan_copies_its_limits_and_a_later_change_of_the_plan_leaves_them(cast: Cast) -> None:
    change_plan(provider_id=cast.calcom.pk, plan=plan_named("standard"), operator=OLGA)
    call_command("set_plan", "standard", name="Standard", customers=1, stdout=StringIO())
    provider = row(cast.calcom)
    assert (provider.plan_name, provider.limits["customers"]) == ("Standard", 50)
    change_plan(provider_id=cast.calcom.pk, plan=plan_named("standard"), operator=OLGA)
    assert row(cast.calcom).limits == {"customers": 1}
    assert trail(cast.calcom)[-1] == "provider.plan_changed"


def test_a_deletion_needs_the_name_and_can_be_called_off_for_thirty_days(
    olga: Client, cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set("2026-06-15T16:00:00+00:00")
    path = f"/operator/providers/{cast.calcom.pk}"
    assert olga.post(f"{path}/delete/", {"name": "Northline"}).status_code == 422
    assert row(cast.calcom).deletion_due_at is None
    assert olga.post(f"{path}/delete/", {"name": "CalCom"}).status_code == 303
    assert row(cast.calcom).deletion_due_at == now + timedelta(days=30)
    database_time.set(now + timedelta(days=29))
    cancel_deletion(provider_id=cast.calcom.pk, operator=OLGA)
    assert row(cast.calcom).deletion_due_at is None
    schedule_deletion(provider_id=cast.calcom.pk, operator=OLGA)
    database_time.set(now + timedelta(days=59))
    with pytest.raises(RuleBroken, match="grace of CalCom is over"):
        cancel_deletion(provider_id=cast.calcom.pk, operator=OLGA)


def test_the_log_is_chained_and_can_only_be_added_to(cast: Cast) -> None:
    suspend_provider(provider_id=cast.calcom.pk, because="x", operator=OLGA)
    resume_provider(provider_id=cast.calcom.pk, operator=OLGA)
    assert verify_operator_log() is None
    for statement in (
        "UPDATE accounts_operatorentry SET actor = 'x'",
        "DELETE FROM accounts_operatorentry",
    ):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_log_page_names_who_did_what(olga: Client, cast: Cast) -> None:
    suspend_provider(provider_id=cast.calcom.pk, because="Not paid", operator=OLGA)
    page = olga.get("/operator/log/").content.decode()
    assert "Olga Brandt &lt;olga@portal.example&gt;" in page
    assert "Suspended the company" in page
    assert "because: Not paid" in page


def test_the_log_spells_an_instant() -> None:
    body = json.dumps({"details": {"due": "2026-07-12T23:00:00+00:00", "because": "2026"}})
    with timezone.override("America/Los_Angeles"):
        line = LogLine.of(OperatorEntry(action="provider.deletion_scheduled", body=body))
    assert line.details == "due: 12 July 2026, 16:00 PDT, because: 2026"


def test_the_log_tells_a_change_from_what_was_to_what_is() -> None:
    body = json.dumps({"details": {"after": "Standard", "before": "Trial", "paid_until": "June"}})
    line = LogLine.of(OperatorEntry(action="provider.plan_changed", body=body))
    assert (line.act, line.details) == (
        "Changed the company's plan",
        "from Trial to Standard, paid until: June",
    )
