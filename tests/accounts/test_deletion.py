"""Deleting a provider: after the grace, all of it, and nothing of anybody else."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from accounts.actions.cancel_deletion import cancel_deletion
from accounts.actions.erase_provider import erase_due_providers, erase_provider
from accounts.actions.schedule_deletion import schedule_deletion
from accounts.closing import remind_of_deletion
from accounts.figures import count_providers
from accounts.leaving import owned_models
from accounts.models import AuditEntry, ChainHead, Membership, OperatorEntry, Provider, User
from accounts.operator_log import verify_operator_log
from accounts.operators import PORTAL
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.files import IncomingFile, folder_of
from calcom_portal.common.grants import is_owned
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.models import Notice
from tests.access_world import build_objects
from tests.accounts.who import user_id
from tests.api.caller import caller
from tests.builders import build_operator
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of
from tests.tickets.helpers import opened
from tickets.actions import reply_to_ticket

START = "2026-06-15T16:00:00+00:00"
GRACE = timedelta(days=30)


@pytest.fixture
def closing(cast: Cast, database_time: DatabaseTime) -> Provider:
    """A provider with one of everything that an address may name, thirty days before its end."""
    database_time.set(START)
    build_objects(cast)
    count_providers()
    schedule_deletion(provider_id=cast.calcom.pk, operator=PORTAL)
    return cast.calcom


def rows_of(provider_id: int) -> dict[str, int]:
    """Return how many rows each owned table has of a provider, by the database itself."""
    with system_scope("a test counts the rows of a provider"), connection.cursor() as cursor:
        found = {}
        for model in filter(is_owned, apps.get_models()):
            table: Any = model._meta.db_table
            column = "id" if model is Provider else "provider_id"
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [provider_id])
            found[table] = cursor.fetchone()[0]
        return {table: count for table, count in found.items() if count}


def end_of_grace(database_time: DatabaseTime, closing: Provider) -> None:
    with system_scope("a test looks when it ends"):
        due = Provider.objects.get(pk=closing.pk).deletion_due_at
    assert due is not None
    database_time.set(due)


def test_every_owned_table_is_deleted_from_children_before_parents() -> None:
    order = owned_models()
    assert set(order) == {model for model in apps.get_models() if is_owned(model)}
    assert order[-1] is Provider


def test_nothing_is_left_of_the_provider_and_the_other_one_is_untouched(
    closing: Provider, cast: Cast, database_time: DatabaseTime
) -> None:
    with acting(cast.nora):
        before = rows_of(cast.northline.pk)
    assert len(rows_of(closing.pk)) > 15
    end_of_grace(database_time, closing)
    assert erase_due_providers(operator=PORTAL) == 1
    assert rows_of(closing.pk) == {}
    assert rows_of(cast.northline.pk) == before
    assert erase_due_providers(operator=PORTAL) == 0


def test_accounts_go_with_their_last_company_and_operators_stay(
    closing: Provider, cast: Cast, database_time: DatabaseTime
) -> None:
    operator = build_operator()
    dana = User.objects.get(pk=user_id(cast.dana))
    with provider_scope(provider_id=cast.northline.pk):
        Membership.objects.create(
            provider=cast.northline, user=dana, role="technician", name="Dana", email=dana.email
        )
    end_of_grace(database_time, closing)
    erase_provider(provider_id=closing.pk, operator=PORTAL)
    left = set(User.objects.values_list("pk", flat=True))
    assert left == {operator.pk, dana.pk, *map(user_id, (cast.nora, cast.nils, cast.kim))}


def test_files_go_too_and_equal_files_of_another_provider_stay(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(START)
    ticket = opened(cast, database_time)
    photo = IncomingFile("a.txt", 5, lambda: io.BytesIO(b"hello"))
    with acting(cast.elena):
        reply_to_ticket(ticket=ticket, text="See this.", files=[photo], actor=cast.elena)
    theirs = folder_of(cast.northline.pk) / "ab"
    theirs.mkdir(parents=True)
    (theirs / "abc").write_bytes(b"the same bytes")
    assert any(path.is_file() for path in folder_of(cast.calcom.pk).rglob("*"))
    schedule_deletion(provider_id=cast.calcom.pk, operator=PORTAL)
    end_of_grace(database_time, cast.calcom)
    erase_provider(provider_id=cast.calcom.pk, operator=PORTAL)
    assert not folder_of(cast.calcom.pk).exists()
    assert (theirs / "abc").read_bytes() == b"the same bytes"


def test_the_operators_log_keeps_counts_and_ends_of_chains_only(
    closing: Provider, database_time: DatabaseTime
) -> None:
    with provider_scope(provider_id=closing.pk):
        head = ChainHead.objects.get(chain="audit")
        tickets = rows_of(closing.pk)["tickets_ticket"]
    end_of_grace(database_time, closing)
    erase_due_providers(operator=PORTAL)
    began, done = OperatorEntry.objects.order_by("-number")[:2][::-1]
    assert (began.action, done.action) == ("provider.deletion_began", "provider.deleted")
    details = json.loads(began.body)["details"]
    assert details["rows"]["tickets_ticket"] == tickets
    assert details["chains"]["audit"] == f"{head.number}:{head.digest}"
    assert "Bayview" not in began.body + done.body
    assert verify_operator_log() is None


def test_a_day_too_soon_is_refused_by_the_portal_and_by_the_database(
    closing: Provider, database_time: DatabaseTime
) -> None:
    database_time.set(START)
    before = rows_of(closing.pk)
    assert erase_due_providers(operator=PORTAL) == 0
    with pytest.raises(RuleBroken, match="not due for deletion"):
        erase_provider(provider_id=closing.pk, operator=PORTAL)
    with system_scope("a test tries to erase too soon"):
        for table in ("tickets_ticket", "accounts_user"):
            with (
                pytest.raises(DatabaseError, match="not due for deletion"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(
                    "SELECT portal_erase_rows(%s, %s::regclass, 10)", [closing.pk, table]
                )
    assert rows_of(closing.pk) == before


def test_only_tables_of_providers_can_be_erased(
    closing: Provider, database_time: DatabaseTime
) -> None:
    end_of_grace(database_time, closing)
    with (
        system_scope("a test tries to erase accounts"),
        pytest.raises(DatabaseError, match="does not belong to providers"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT portal_erase_rows(%s, 'accounts_user'::regclass, 10)", [closing.pk])


def test_nobody_can_shorten_the_grace(closing: Provider, database_time: DatabaseTime) -> None:
    now = database_time.set(START)
    with (
        system_scope("a test tries to shorten the grace"),
        pytest.raises(DatabaseError, match="thirty days"),
        transaction.atomic(),
    ):
        Provider.objects.filter(pk=closing.pk).update(deletion_due_at=now + timedelta(days=29))


def test_a_deletion_that_was_called_off_does_not_happen(
    closing: Provider, database_time: DatabaseTime
) -> None:
    cancel_deletion(provider_id=closing.pk, operator=PORTAL)
    database_time.set("2027-06-15T16:00:00+00:00")
    call_command("delete_due_providers")
    assert rows_of(closing.pk)["accounts_customer"] == 2


def test_a_deletion_that_broke_off_is_gone_on_with(
    closing: Provider, database_time: DatabaseTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_of_grace(database_time, closing)

    def broken(provider_id: int) -> None:
        raise OSError("The disk is away.")

    with monkeypatch.context() as patched:
        patched.setattr("accounts.actions.erase_provider.erase_files", broken)
        with pytest.raises(OSError, match="The disk is away"):
            erase_due_providers(operator=PORTAL)
    assert rows_of(closing.pk) == {"accounts_provider": 1}
    assert erase_due_providers(operator=PORTAL) == 1
    acts = OperatorEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(acts)[-2:] == ["provider.deletion_began", "provider.deleted"]


def test_nobody_works_there_any_more_once_the_grace_is_over(
    closing: Provider, cast: Cast, database_time: DatabaseTime
) -> None:
    browser, robot = browser_of(cast.dana), caller(cast.dana)
    assert browser.get("/profile/").status_code == 200
    end_of_grace(database_time, closing)
    assert browser.get("/profile/").status_code == 302
    assert browser_of(cast.ruth).get("/seat/").status_code == 403
    headers = {"Authorization": f"Bearer {robot.token}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_administrators_are_told_at_once_a_week_before_and_a_day_before(
    closing: Provider, cast: Cast, database_time: DatabaseTime
) -> None:
    def told() -> int:
        with provider_scope(provider_id=closing.pk):
            rows = Notice.objects.filter(kind="provider_announcement")
            assert set(rows.values_list("recipient_id", flat=True)) == {cast.ruth.membership_id}
            return rows.count()

    start = database_time.set(START)
    counts = []
    for days in (0, 22, 24, 25, 29.5, 29.6):
        database_time.set(start + timedelta(days=days))
        remind_of_deletion()
        counts.append(told())
    assert counts == [1, 1, 2, 2, 3, 3]


def test_its_people_read_when_everything_will_be_gone(
    closing: Provider, cast: Cast, database_time: DatabaseTime
) -> None:
    line = "Everything of CalCom here will be deleted."
    assert line in browser_of(cast.dana).get("/profile/").content.decode()
    assert line not in browser_of(cast.elena).get("/profile/").content.decode()
    database_time.set("2026-07-10T16:00:00+00:00")
    assert line in browser_of(cast.elena).get("/profile/").content.decode()
    with provider_scope(provider_id=closing.pk):
        assert AuditEntry.objects.filter(action="provider.deletion_scheduled").exists()
