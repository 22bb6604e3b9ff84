"""The demo is loaded once for this file, as `make run` does it, and rolled back afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import RequestFactory, override_settings

from accounts.audit import verify_audit
from accounts.capabilities import Role
from accounts.first_hour import first_hour_of
from accounts.identity import viewer_of
from accounts.models import AuditEntry, Customer, Membership, OperatorEntry, Provider, User
from calcom_portal.common.tenancy import Scope, provider_scope, system_scope
from calcom_portal.demo.equipment import places
from calcom_portal.demo.loading import Loaded, load_demo
from calcom_portal.demo.people import PASSWORD, SIGN_INS
from contracts.contract_page import standing
from contracts.models import (
    Contract,
    ContractEvent,
    ContractReminder,
    ContractState,
    Device,
    Signature,
    SigningRequest,
    Site,
    Terms,
)
from contracts.promised import forget_promises
from contracts.sla import ClockState
from monitoring.models import Check, Incident, Rollup
from notifications.models import Notice, NoticeState, OperatorAlarm
from tickets.models import Attachment, Fact, Message, Ticket, Verdict
from tickets.snapshot import timeline_of
from tickets.sweeps.recheck import Recheck, recheck_clocks
from upkeep.models import (
    Backup,
    BackupPlan,
    BackupWaiver,
    Campaign,
    FirmwareConsent,
    FirmwareUpdate,
    InspectedDevice,
    Inspection,
)
from upkeep.presenters.board import plans_in_service, rows_of


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    files: Path = tmp_path_factory.mktemp("demo")
    forget_promises()
    with (
        django_db_blocker.unblock(),
        override_settings(
            FILES_DIR=files / "files",
            MAIL_DIR=files / "mail",
            BACKUP_STORE=str(files / "backups"),
        ),
        transaction.atomic(),
    ):
        loaded = load_demo()
        assert loaded is not None
        yield loaded
        transaction.set_rollback(True)
    forget_promises()


@pytest.fixture
def calcom(loaded: Loaded) -> Iterator[Scope]:
    """See everything of the demo."""
    with system_scope("look at the demo") as scope:
        yield scope


def of_calcom(model: Any) -> Any:
    return model.objects.filter(provider__slug="calcom")


def test_it_has_twelve_customers_twenty_sites_and_169_devices(
    calcom: Scope, loaded: Loaded
) -> None:
    counts = [of_calcom(model).count() for model in (Customer, Site, Device)]
    # With those of the list that was imported, and the one that was put in for another.
    assert counts == [12, 20, 150 + 18 + 1]
    assert (loaded.customers, loaded.devices) == (12, 150)


def test_both_tiers_are_signed_and_contracts_stand_in_every_state(calcom: Scope) -> None:
    assert set(of_calcom(Terms).values_list("tier_code", flat=True)) == {"TIER1", "TIER2"}
    states = Counter(of_calcom(Contract).values_list("state", flat=True))
    assert states == {
        ContractState.SIGNED: 12,
        ContractState.DRAFT: 1,
        ContractState.SENT: 1,
        ContractState.CANCELLED: 1,
    }
    assert of_calcom(Signature).filter(method="scan").count() == 1
    assert of_calcom(Signature).count() == 13
    assert of_calcom(SigningRequest).filter(amendment__isnull=False, state="waiting").count() == 1
    today = calcom.now.date()
    assert of_calcom(Contract).filter(ends_on__lt=today).count() == 1


def test_contracts_were_amended_renewed_given_notice_and_reminded_of(calcom: Scope) -> None:
    steps = Counter(of_calcom(ContractEvent).values_list("milestone", flat=True))
    assert steps == {"signed": 13, "amended": 3, "renewed": 1, "notice": 1, "called_off": 1}
    today = calcom.now.date()
    standings = Counter(
        str(standing(contract, today)) for contract in of_calcom(Contract).filter(state="signed")
    )
    assert standings == {"In force": 9, "Ending": 2, "Ended": 1}
    assert of_calcom(ContractReminder).filter(told=True).count() >= 3
    assert not of_calcom(OperatorAlarm).filter(kind="contract_stuck").exists()


def test_every_role_is_there_and_every_customer_has_one_administrator(calcom: Scope) -> None:
    people = of_calcom(Membership)
    roles = Counter(people.filter(is_active=True).values_list("role", flat=True))
    assert {role for role in Role if role is not Role.SYSTEM} == set(roles)
    assert (roles["technician"], roles["dispatcher"], roles["provider_admin"]) == (3, 1, 1)
    admins = people.filter(role=Role.CUSTOMER_ADMIN).values_list("customer", flat=True)
    assert Counter(Counter(admins).values()) == {1: 12}


def test_most_of_three_months_of_tickets_are_closed_and_about_25_are_open(calcom: Scope) -> None:
    states = Counter(of_calcom(Ticket).values_list("state", flat=True))
    live = states["open"] + states["held"]
    assert 150 <= states.total() <= 180
    assert states["closed"] >= 110
    assert 20 <= live <= 35
    assert min(states["held"], states["resolved"], states["merged"]) >= 1
    assert of_calcom(Ticket).live().filter(assignee=None).count() >= 5
    oldest = of_calcom(Ticket).earliest("opened_at")
    assert 85 <= (calcom.now - oldest.opened_at).days <= 91


def test_a_campaign_is_done_with_one_update_taken_back_and_another_asks(calcom: Scope) -> None:
    campaigns = of_calcom(Campaign).order_by("state")
    assert list(campaigns.values_list("state", flat=True)) == ["done", "draft", "running"]
    states = Counter(of_calcom(FirmwareUpdate).values_list("state", flat=True))
    assert states == {"updated": 4, "rolled_back": 1, "asking": 5, "draft": 4}
    by_themselves = of_calcom(FirmwareUpdate).filter(state="draft")
    assert set(by_themselves.values_list("method", flat=True)) == {"http"}
    taken_back = of_calcom(FirmwareUpdate).get(state="rolled_back")
    assert taken_back.steps.count() == 6
    assert taken_back.before_backup is not None
    assert of_calcom(FirmwareConsent).filter(agreed=True).count() == 5


def test_promises_were_met_and_missed(calcom: Scope) -> None:
    outcomes = Counter(of_calcom(Verdict).values_list("outcome", flat=True))
    assert outcomes["met"] >= 60
    assert 4 <= outcomes["missed"] <= 20


def test_open_tickets_are_late_soon_and_on_time(calcom: Scope) -> None:
    clocks = [timeline_of(ticket).respond for ticket in of_calcom(Ticket).live()]
    late = [view for view in clocks if view.state is ClockState.LATE]
    shares = [
        view.left / view.target.amount
        for view in clocks
        if view.is_open and not view.is_late and view.left is not None and view.target is not None
    ]
    soon = [share for share in shares if share < 0.25]
    assert len(late) >= 2
    assert len(soon) >= 2
    assert len(shares) - len(soon) >= 5


def test_the_history_has_holds_changes_a_merge_a_reopening_notes_and_files(calcom: Scope) -> None:
    kinds = Counter(of_calcom(Fact).values_list("kind", flat=True))
    wanted = {"held", "resumed", "priority_changed", "merged", "reopened", "scheduled", "called"}
    assert wanted <= set(kinds)
    assert of_calcom(Message).filter(internal=True).count() >= 10
    types = set(of_calcom(Attachment).values_list("media_type", flat=True))
    assert types == {"image/png", "text/plain"}


@pytest.mark.parametrize("model", [Fact, AuditEntry])
@pytest.mark.parametrize("slug", ["calcom", "northline", "harbor-voice"])
def test_the_ledgers_are_in_the_order_of_time(calcom: Scope, model: Any, slug: str) -> None:
    column = "recorded_at" if model is Fact else "at"
    rows = model.objects.filter(provider__slug=slug).order_by("number")
    instants = list(rows.values_list(column, flat=True))
    assert instants == sorted(instants)
    assert instants[-1:] <= [calcom.now]


def test_the_ledgers_hold(loaded: Loaded) -> None:
    with system_scope("look at the demo"):
        assert [verify_audit(provider.pk) for provider in Provider.objects.all()] == [None] * 3
    report = StringIO()
    call_command("verify_ledgers", stdout=report)
    assert report.getvalue().count("holds") == 10


def test_stored_deadlines_are_what_the_facts_say(calcom: Scope) -> None:
    live = Ticket.objects.live().count()
    assert recheck_clocks() == Recheck(tickets=live, differing=0)


def test_a_third_provider_is_in_its_first_hour(calcom: Scope) -> None:
    harbor = Provider.objects.get(slug="harbor-voice")
    with provider_scope(provider_id=harbor.pk):
        hour = first_hour_of(harbor)
        hana = viewer_of(Membership.objects.select_related("provider").get())
    done = [stand.step.code for stand in hour.stands if stand.is_done]
    assert done == ["name", "letterhead", "tiers", "customer"]
    assert hana.is_in_first_hour
    plans = dict(Provider.objects.values_list("slug", "plan_name"))
    assert plans == {"calcom": "Standard", "northline": "Unlimited", "harbor-voice": "Trial"}


def test_there_is_an_operator_with_a_second_step_and_a_log(loaded: Loaded) -> None:
    olga = User.objects.get(is_operator=True)
    assert Authenticator.objects.filter(user=olga, type=Authenticator.Type.TOTP).exists()
    acts = OperatorEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(acts) == ["provider.signed_up", *["provider.plan_changed"] * 2]


def test_only_news_is_waiting_to_be_sent(calcom: Scope) -> None:
    states = Counter(of_calcom(Notice).values_list("state", flat=True))
    assert set(states) == {NoticeState.SENT, NoticeState.READY}
    assert states[NoticeState.READY] <= 150
    newest_sent = of_calcom(Notice).filter(state=NoticeState.SENT).latest("created_at")
    oldest_ready = of_calcom(Notice).filter(state=NoticeState.READY).earliest("created_at")
    assert newest_sent.created_at < oldest_ready.created_at
    assert newest_sent.deliveries.get().detail == "demo history"


@pytest.mark.parametrize("person", SIGN_INS, ids=lambda person: person.role)
def test_a_listed_person_can_sign_in(loaded: Loaded, person: Any) -> None:
    request = RequestFactory().post("/account/login/")
    user = authenticate(request, email=person.email, password=PASSWORD)
    assert isinstance(user, User)
    assert user.name == person.name


def test_the_list_of_sign_ins_names_address_people_and_password() -> None:
    printed = StringIO()
    call_command("demo_signins", stdout=printed)
    lines = printed.getvalue()
    assert "http://127.0.0.1:8000" in lines
    assert PASSWORD in lines
    assert all(person.email in lines for person in SIGN_INS)


def test_a_portal_that_is_no_demo_is_left_alone() -> None:
    """Without the database: were it asked at all, this test could not run."""
    with override_settings(PORTAL_DEMO=False), pytest.raises(CommandError, match="is no demo"):
        call_command("load_demo")


def test_loading_again_changes_nothing(calcom: Scope) -> None:
    before = [model.objects.count() for model in (Provider, Ticket, Fact, Notice, AuditEntry)]
    assert load_demo() is None
    after = [model.objects.count() for model in (Provider, Ticket, Fact, Notice, AuditEntry)]
    assert after == before


def test_some_colleagues_are_limited_one_approves_and_a_technician_has_left(calcom: Scope) -> None:
    people = of_calcom(Membership)
    assert people.filter(own_tickets_only=True).count() == 1
    assert people.filter(site_limit__isnull=False).count() == 1
    assert [one.name for one in people.filter(may_approve_changes=True)] == ["Amit Bhatt"]
    assert [one.name for one in people.filter(is_active=False)] == ["Colin Webb"]
    assert of_calcom(Ticket).filter(approval="needed").count() == 1


def test_equipment_is_watched_with_outages_that_have_tickets(calcom: Scope) -> None:
    checks = of_calcom(Check)
    assert checks.count() == len(places())
    states = Counter(checks.values_list("state", flat=True))
    assert (states["down"], states["unreachable"]) == (3, 10)
    outages = of_calcom(Incident).filter(parent=None)
    assert Counter(outages.values_list("kind", flat=True)) == {"outage": 6, "flapping": 1}
    assert outages.filter(closed_at=None).count() == 2
    # One of them is of somebody without a contract: a call to sell, and no ticket.
    assert outages.filter(ticket=None).count() == 1
    by_itself = of_calcom(Ticket).filter(reporter=None)
    opened = by_itself.exclude(subject__startswith="No good backup").exclude(kind="firmware")
    assert opened.count() == 6
    assert opened.filter(state="open").count() == 1
    assert not of_calcom(OperatorAlarm).filter(kind="outage_not_followed").exists()


def test_four_systems_are_backed_up_each_in_its_own_state(calcom: Scope) -> None:
    plans = of_calcom(BackupPlan)
    now = calcom.now
    rows = rows_of(list(plans_in_service().filter(pk__in=plans).order_by("customer__number")), now)
    words = [row.standing.face.word for row in rows]
    assert words == ["Backed up", "Last one failed", "Too old", "Backed up"]
    assert [plan.ticket is not None for plan in plans.order_by("customer__number")] == [
        *(False, False, True, False)
    ]
    of_services = of_calcom(Backup).filter(trigger="service")
    # How many depends on the hour: what was backed up at night asks for none in the morning.
    assert of_services.exclude(ticket=None).exists()
    assert set(of_services.values_list("level", flat=True)) == {2}
    assert of_calcom(BackupWaiver).count() == 1
    assert of_calcom(Backup).exclude(held_at=None).count() == 1


def test_the_figures_of_three_months_fit_the_outages(calcom: Scope) -> None:
    days = of_calcom(Rollup).filter(step="day")
    assert days.count() == 91 * len(places())
    told = days.filter(of_check__device__name="Front desk phone", down_seconds__gt=0)
    assert [row.down_seconds for row in told] == [4 * 180]
    lengths = {
        row.up_seconds + row.down_seconds + row.unknown_seconds + row.maintenance_seconds
        for row in days
    }
    assert lengths == {86_400}


def test_inspections_stand_in_every_state_and_one_was_signed_last_month(calcom: Scope) -> None:
    rows = of_calcom(Inspection).exclude(state="cancelled")
    states = Counter(rows.values_list("state", flat=True))
    assert (states["done"], states["agreed"]) == (1, 1)
    assert states["planned"] >= 3
    assert rows.overdue(calcom.now.date()).get().customer.number == "C-1005"
    assert rows.filter(state="agreed").get().starts_at > calcom.now
    done = rows.get(state="done")
    assert 25 <= (calcom.now - done.done_at).days <= 40
    assert len(done.sha256) == 64
    assert done.ticket.state in ("resolved", "closed")
    assert not done.ticket.labour.exclude(lines__clause="INSPECT").exists()
    assert of_calcom(InspectedDevice).get(decision="open").name == "Fax gateway"
