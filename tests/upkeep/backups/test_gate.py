"""No service on a backed-up system ends without a fresh verified backup, or a reason (BACKUP)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.models import AuditEntry
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope
from contracts.coverage import Work
from tests.api.caller import caller
from tests.builders import build_device, build_price_list
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import fresh, instant, nothing_changes, opened
from tests.tickets.labour import logged, work
from tests.tickets.web.helpers import HTMX, at_most_queries, text_of
from tests.upkeep.backups.rows import backup_of, plan_for
from tests.upkeep.changes.rows import ready_row
from tickets.actions import close_ticket, merge_tickets, reopen_ticket, resolve_ticket
from tickets.models import Ticket
from upkeep.models import BackupPlan, BackupWaiver, Change, Restore

pytestmark = pytest.mark.django_db
URL = "/tickets/CC-1001/"
AT_11 = "2026-06-15T11:00:00-07:00"
AT_12 = "2026-06-15T12:00:00-07:00"


@pytest.fixture
def ticket(cast: Cast, database_time: DatabaseTime) -> Ticket:
    """Give a ticket of Monday 10:00 about the phone system; now it is noon."""
    made = opened(cast, database_time)
    database_time.set(AT_12)
    return made


@pytest.fixture
def plan(cast: Cast, ticket: Ticket) -> BackupPlan:
    """Have the phone system backed up."""
    return plan_for(cast.phone_system)


def resolve(ticket: Ticket, cast: Cast, **waivers: str) -> Ticket:
    """Have Dana resolve the ticket."""
    reasons = {key.replace("_", "-"): reason for key, reason in waivers.items()}
    with acting(cast.dana):
        return resolve_ticket(ticket=ticket, text="Done.", waivers=reasons, actor=cast.dana)


def test_a_ticket_of_a_system_that_nobody_backs_up_is_resolved_as_ever(
    cast: Cast, ticket: Ticket
) -> None:
    assert resolve(ticket, cast).state == "resolved"


def test_without_a_backup_the_ticket_stays_open_and_the_system_is_named(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    backup_of(plan, instant("2026-06-15T09:59:00-07:00"))
    with nothing_changes(ticket), pytest.raises(RuleBroken) as refused:
        resolve(ticket, cast)
    assert refused.value.message == (
        "Ticket CC-1001 cannot end yet. There is no backup of Main phone system since work on it"
        " began."
    )
    assert f"backup-{cast.phone_system.pk}" in refused.value.remedy


def test_with_a_fresh_verified_backup_it_is_resolved(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    backup_of(plan, instant(AT_11))
    assert resolve(ticket, cast).state == "resolved"
    with acting(cast.dana):
        assert BackupWaiver.objects.count() == 0


def test_a_backup_from_before_the_logged_work_is_too_old(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    backup_of(plan, instant(AT_11))
    build_price_list(cast.calcom)
    logged(ticket, work("11:15", "11:30", day="2026-06-15"), cast.dana)
    with pytest.raises(RuleBroken):
        resolve(ticket, cast)


def test_a_reason_is_kept_with_the_name_of_who_gave_it(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    with acting(cast.dana):
        waivers = {f"backup-{cast.phone_system.pk}": "The unit was sent away for repair."}
        resolve_ticket(ticket=ticket, text="Done.", waivers=waivers, actor=cast.dana)
        assert fresh(ticket).state == "resolved"
    with acting(cast.elena):
        waiver = BackupWaiver.objects.get()
        assert waiver.reason == "The unit was sent away for repair."
        assert waiver.given_name == "Dana Okafor"
        assert waiver.device_id == cast.phone_system.pk
    with provider_scope(provider_id=cast.calcom.pk):
        assert AuditEntry.objects.filter(action="backup.waived").count() == 1
    words = text_of(browser_of(cast.elena).get(URL))
    assert "was left without a fresh backup" in words
    assert "The unit was sent away for repair. Dana Okafor , today 12:00 PDT" in words


def test_a_question_about_a_system_asks_for_no_backup_but_work_on_it_does(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time, kind="question")
    database_time.set(AT_12)
    plan_for(cast.phone_system)
    build_price_list(cast.calcom)
    with acting(cast.dana):
        assert fresh(ticket).kind == "question"
    logged(
        ticket, work("11:15", "11:30", day="2026-06-15", device_id=cast.phone_system.pk), cast.dana
    )
    with pytest.raises(RuleBroken):
        resolve(ticket, cast)


def test_training_on_a_system_is_no_work_on_it(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time, kind="training")
    database_time.set(AT_12)
    plan_for(cast.phone_system)
    build_price_list(cast.calcom)
    facts = work("11:15", "11:30", Work.TRAINING, day="2026-06-15", device_id=cast.phone_system.pk)
    logged(ticket, facts, cast.dana)
    assert resolve(ticket, cast).state == "resolved"


def test_each_system_that_was_worked_on_needs_its_own_backup(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    gateway = build_device(cast.market_street, "Gateway")
    plan_for(gateway)
    build_price_list(cast.calcom)
    logged(ticket, work("11:15", "11:30", day="2026-06-15", device_id=gateway.pk), cast.dana)
    backup_of(plan, instant("2026-06-15T11:40:00-07:00"))
    with pytest.raises(RuleBroken, match="There is no backup of Gateway since"):
        resolve(ticket, cast)


@pytest.mark.parametrize("state", ["made", "taken_back", "stuck", "recorded"])
def test_a_system_that_was_changed_needs_a_backup_though_no_work_was_logged_on_it(
    cast: Cast, ticket: Ticket, plan: BackupPlan, state: str
) -> None:
    backup_of(plan, instant(AT_11))
    gateway = build_device(cast.market_street, "Gateway")
    after = backup_of(plan_for(gateway), instant(AT_11), state="failed", level=0)
    change = ready_row(ticket)
    with acting(cast.dana):
        Change.objects.filter(pk=change.pk).update(
            device=gateway, state=state, after_backup=after.pk
        )
    with nothing_changes(ticket), pytest.raises(RuleBroken, match="The backup of Gateway failed"):
        resolve(ticket, cast)


@pytest.mark.parametrize("state", ["reading", "ready", "failed", "cancelled"])
def test_a_change_that_touched_nothing_asks_for_no_backup(
    cast: Cast, ticket: Ticket, state: str
) -> None:
    gateway = build_device(cast.market_street, "Gateway")
    plan_for(gateway)
    change = ready_row(ticket)
    with acting(cast.dana):
        Change.objects.filter(pk=change.pk).update(device=gateway, state=state)
    assert resolve(ticket, cast).state == "resolved"


@pytest.mark.parametrize(
    ("kind", "state", "asks"),
    [
        ("system", "restored", True),
        ("system", "swapped_back", True),
        ("system", "failed", False),
        ("system", "cancelled", False),
        ("rehearsal", "restored", False),
    ],
)
def test_a_system_that_was_given_back_what_it_had_needs_a_backup_of_it(
    cast: Cast, ticket: Ticket, kind: str, state: str, asks: bool
) -> None:
    gateway = build_device(cast.market_street, "Gateway")
    backup = backup_of(plan_for(gateway), instant("2026-06-15T09:00:00-07:00"))
    with acting(cast.dana):
        Restore.objects.create(
            provider_id=gateway.provider_id,
            customer_id=gateway.customer_id,
            device=gateway,
            backup=backup,
            ticket=ticket,
            kind=kind,
            state=state,
            asked_at=instant(AT_11),
            begun_at=instant(AT_11),
        )
    if not asks:
        assert resolve(ticket, cast).state == "resolved"
        return
    with nothing_changes(ticket), pytest.raises(RuleBroken, match="no backup of Gateway"):
        resolve(ticket, cast)


def test_work_on_a_ticket_that_was_merged_counts_where_it_ends(
    cast: Cast, ticket: Ticket, database_time: DatabaseTime
) -> None:
    gateway = build_device(cast.market_street, "Gateway")
    plan_for(gateway)
    build_price_list(cast.calcom)
    other = opened(cast, database_time, AT_11, device_id=gateway.pk)
    database_time.set(AT_12)
    logged(other, work("11:15", "11:30", day="2026-06-15", device_id=gateway.pk), cast.dana)
    with acting(cast.dana):
        merge_tickets(child=other, target=ticket, reason="The same.", actor=cast.dana)
    with pytest.raises(RuleBroken, match="Gateway"):
        resolve(ticket, cast)


def test_after_reopening_the_backup_of_the_first_round_is_too_old(
    cast: Cast, ticket: Ticket, plan: BackupPlan, database_time: DatabaseTime
) -> None:
    backup_of(plan, instant(AT_11))
    resolve(ticket, cast)
    database_time.set("2026-06-15T13:00:00-07:00")
    with acting(cast.elena):
        reopen_ticket(ticket=ticket, text="It is back.", actor=cast.elena)
    with pytest.raises(RuleBroken):
        resolve(ticket, cast)


def test_closing_without_a_solution_asks_only_when_work_was_logged(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    build_price_list(cast.calcom)
    with acting(cast.dana):
        assert close_ticket(ticket=ticket, actor=cast.dana).state == "closed"


def test_closing_with_logged_work_is_refused_without_a_backup(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    build_price_list(cast.calcom)
    logged(ticket, work("11:15", "11:30", day="2026-06-15"), cast.dana)
    with nothing_changes(ticket), pytest.raises(RuleBroken), acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)


def send(cast: Cast, **changes: Any) -> Any:
    """Have Dana send the form that resolves."""
    values = {"text": "A new card.", "submission": str(uuid.uuid4())} | changes
    return browser_of(cast.dana).post(f"{URL}resolve/", values)


def test_the_form_says_what_is_missing_and_takes_a_reason(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    page = text_of(browser_of(cast.dana).get(f"{URL}resolve/"))
    assert "There is no backup of Main phone system since work on it began." in page
    assert "Why Main phone system is left without a fresh backup" in page

    refused = send(cast)
    assert refused.status_code == 422
    assert "See to it first, or say why it is left out." in text_of(refused)
    with acting(cast.dana):
        assert fresh(ticket).state == "open"

    key = str(uuid.uuid4())
    reason = {f"backup-{cast.phone_system.pk}": "It is out of order.", "submission": key}
    assert send(cast, **reason).status_code == 303
    assert send(cast, **reason).status_code == 303
    with acting(cast.dana):
        assert fresh(ticket).state == "resolved"
        assert BackupWaiver.objects.count() == 1


@pytest.mark.parametrize("reason", ["two\nlines", "x" * 501, "bell\x07"])
def test_a_bad_reason_is_named_and_nothing_changes(
    cast: Cast, ticket: Ticket, plan: BackupPlan, reason: str
) -> None:
    with nothing_changes(ticket):
        refused = send(cast, **{f"backup-{cast.phone_system.pk}": reason})
    assert refused.status_code == 422
    assert f"id_backup-{cast.phone_system.pk}_error" in refused.content.decode()


def test_a_backup_under_way_is_shown_until_it_is_there(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    backup = backup_of(plan, state="running", stored_at=None, step="Reading config", level=0)
    url = f"{URL}backups/{cast.phone_system.pk}/"
    running = browser_of(cast.dana).get(url, headers=HTMX)
    assert "Reading config" in text_of(running)
    assert 'hx-trigger="every 2s"' in running.content.decode()
    with acting(cast.dana):
        type(backup).objects.filter(pk=backup.pk).update(state="stored", level=2)
    done = browser_of(cast.dana).get(url, headers=HTMX)
    assert "Main phone system is backed up" in text_of(done)
    assert "hx-trigger" not in done.content.decode()


def test_a_backup_that_failed_says_why_and_can_be_tried_again(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    backup_of(plan, state="failed", level=0, problem="No space left on device.")
    page = text_of(browser_of(cast.dana).get(f"{URL}backups/{cast.phone_system.pk}/", headers=HTMX))
    assert "The backup of Main phone system failed. No space left on device." in page
    assert "Try again" in page
    assert "Back up now" not in page


def test_the_api_names_the_demand_and_takes_the_reason(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    dana = caller(cast.dana)
    url = "/tickets/CC-1001/actions/resolve"
    refused = dana.post(url, {"text": "A new card."})
    key = f"backup-{cast.phone_system.pk}"
    assert refused.status_code == 409
    assert key in refused.json()["remedy"]
    waivers = [{"demand": key, "reason": "It is out of order."}]
    assert dana.post(url, {"text": "A new card.", "waivers": waivers}).status_code == 200


def test_the_form_costs_five_queries_more_than_without_a_plan(
    cast: Cast, ticket: Ticket, plan: BackupPlan
) -> None:
    dana = browser_of(cast.dana)
    dana.get(f"{URL}resolve/")
    with at_most_queries(14):
        dana.get(f"{URL}resolve/")
