"""The two walls around a tenant's data: Python's managers, and PostgreSQL's row policies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from accounts.audit import record, verify_audit
from accounts.models import AuditEntry, Customer, Membership, Provider
from calcom_portal.common.errors import NoScope
from calcom_portal.common.tenancy import (
    DatabaseRole,
    current_scope,
    customer_scope,
    in_scope,
    provider_scope,
    system_scope,
)
from contracts.models import Site
from tests.cast import Cast
from tests.stage import acting
from tickets.models import Ticket


@contextmanager
def refused(error: type[Exception], words: str) -> Iterator[None]:
    """Expect the database's refusal, and go on in the same transaction."""
    with pytest.raises(error, match=words), transaction.atomic():
        yield


def rows(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def change(sql: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


@pytest.mark.parametrize("model", [Provider, Customer, Membership, AuditEntry, Site, Ticket])
def test_owned_models_refuse_to_be_queried_outside_a_scope(model: Any) -> None:
    with pytest.raises(NoScope):
        model.objects.all()


@pytest.mark.parametrize(
    "table", ["accounts_customer", "accounts_membership", "tickets_ticket", "tickets_message"]
)
def test_the_login_role_has_no_right_to_owned_tables(cast: Cast, table: str) -> None:
    with refused(ProgrammingError, "permission denied"):
        rows(f"SELECT 1 FROM {table}")


def test_inside_a_scope_accounts_of_people_are_out_of_reach(cast: Cast) -> None:
    with acting(cast.ruth), refused(ProgrammingError, "permission denied"):
        rows("SELECT email FROM accounts_user")


def test_rows_of_a_rival_provider_do_not_exist_even_for_raw_sql(cast: Cast) -> None:
    with acting(cast.ruth):
        assert rows("SELECT DISTINCT provider_id FROM accounts_customer") == [(cast.calcom.pk,)]
        assert rows("SELECT id FROM accounts_provider") == [(cast.calcom.pk,)]
        assert not Customer.objects.filter(pk=cast.northline_customer.pk).exists()
        assert (
            change(
                "UPDATE accounts_customer SET name = 'x' WHERE id = %s", cast.northline_customer.pk
            )
            == 0
        )


def test_rows_of_another_customer_do_not_exist_for_a_customer(cast: Cast) -> None:
    with acting(cast.sam):
        assert rows("SELECT id FROM accounts_customer") == [(cast.sutter.pk,)]
        assert rows("SELECT 1 FROM contracts_site") == []
        assert rows("SELECT 1 FROM contracts_contract") == []


def test_customers_see_colleagues_and_names_of_staff_but_no_other_customer(cast: Cast) -> None:
    with acting(cast.elena):
        seen = set(Membership.objects.values_list("name", flat=True))
        by_sql = {name for (name,) in rows("SELECT name FROM accounts_membership")}
    assert seen == by_sql
    assert {"Elena Moreno", "Amit Bhatt", "Dana Okafor"} <= seen
    assert "Sam Ortiz" not in seen
    assert "Nora Dahl" not in seen


def test_a_row_cannot_be_written_into_another_tenant(cast: Cast) -> None:
    with acting(cast.ruth), refused(ProgrammingError, "row-level security"):
        Customer.objects.create(provider=cast.northline, name="Stolen", number="X-1")


def test_a_row_cannot_point_into_another_tenant(cast: Cast) -> None:
    with acting(cast.ruth), refused(IntegrityError, "tenant_fk"):
        Site.objects.create(
            provider_id=cast.calcom.pk,
            customer_id=cast.northline_customer.pk,
            name="Wrong",
            address="-",
        )
        change("SET CONSTRAINTS ALL IMMEDIATE")


def test_customers_read_no_audit_but_leave_a_trace_in_it(cast: Cast) -> None:
    with acting(cast.amit):
        record(cast.amit, "test.done", "something")
        with refused(ProgrammingError, "permission denied"):
            rows("SELECT 1 FROM accounts_auditentry")
    with acting(cast.ruth):
        assert AuditEntry.objects.get(action="test.done").actor_name == "Amit Bhatt"


@pytest.mark.parametrize(
    "table", ["accounts_auditentry", "tickets_fact", "tickets_verdict", "notifications_delivery"]
)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET provider_id = provider_id"])
@pytest.mark.parametrize("role", list(DatabaseRole))
def test_ledgers_can_be_neither_changed_nor_deleted(
    cast: Cast, table: str, verb: str, role: DatabaseRole
) -> None:
    scopes = {
        DatabaseRole.CUSTOMER: acting(cast.elena),
        DatabaseRole.STAFF: acting(cast.ruth),
        DatabaseRole.SYSTEM: system_scope("a test tries to forge the ledger"),
    }
    with scopes[role], refused(ProgrammingError, "permission denied"):
        change(verb.format(table))


def test_a_nested_scope_puts_the_former_one_back(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        with customer_scope(provider_id=cast.calcom.pk, customer_id=cast.sutter.pk):
            assert rows("SELECT current_user") == [("portal_customer",)]
        assert rows("SELECT current_user") == [("portal_staff",)]
        assert current_scope().customer_id is None
        assert Customer.objects.count() == 2
    assert not in_scope()
    assert rows("SELECT current_user") == [("portal_app",)]


def test_a_failed_nested_scope_puts_the_former_one_back(cast: Cast) -> None:
    with provider_scope(provider_id=cast.calcom.pk):
        with pytest.raises(KeyError), system_scope("a test that fails"):
            raise KeyError
        assert rows("SELECT current_user") == [("portal_staff",)]


def test_the_trail_holds_and_shows_where_it_was_broken(cast: Cast) -> None:
    with acting(cast.ruth):
        for number in range(5):
            record(cast.ruth, "test.counted", f"thing {number}")
        assert verify_audit(cast.calcom.pk) is None
