"""Every table of a tenant stands behind both walls."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from calcom_portal.common.grants import ERASERS, OWNER_ROLE, is_owned
from calcom_portal.common.owned import OwnedForeignKey, OwnedManager
from calcom_portal.common.tenancy import DatabaseRole

OWNED = [model for model in apps.get_models() if is_owned(model)]
OURS = {"accounts", "notifications", "contracts", "tickets", "monitoring", "upkeep"}
# Of people, of operators, and of allauth and Django: they belong to no tenant.
GLOBAL = {
    *("accounts.User", "accounts.Plan", "accounts.OperatorEntry", "accounts.SignUp"),
    *("monitoring.RunnerLease", "monitoring.RunnerSeat", "upkeep.StoreMark"),
}


def rows(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def test_every_model_of_ours_belongs_to_a_tenant_or_says_why_not() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    assert {model._meta.label for model in ours if not is_owned(model)} == GLOBAL


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_an_owned_table_forces_row_policies_for_all_three_roles(db: None, model: Any) -> None:
    table = model._meta.db_table
    forced = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass"
    assert rows(forced, table) == [(True, True)]
    policies = rows("SELECT unnest(roles)::text FROM pg_policies WHERE tablename = %s", table)
    assert {role for (role,) in policies} - {OWNER_ROLE} == {role.value for role in DatabaseRole}
    owner = rows("SELECT tableowner FROM pg_tables WHERE tablename = %s", table)
    assert owner == [("portal_owner",)]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_the_owner_reads_and_deletes_only_rows_of_the_provider_that_is_erased(
    db: None, model: Any
) -> None:
    policies = rows(
        "SELECT policyname, cmd, qual FROM pg_policies WHERE tablename = %s AND roles = %s::name[]",
        model._meta.db_table,
        [OWNER_ROLE],
    )
    assert {(name, verb) for name, verb, _ in policies} == {
        (name, verb) for verb, name in ERASERS.items()
    }
    assert all("app.erased_provider" in condition for _, _, condition in policies)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_the_login_role_has_no_grant_on_an_owned_table(db: None, model: Any) -> None:
    granted = "SELECT privilege_type FROM information_schema.role_table_grants"
    table = model._meta.db_table
    assert rows(f"{granted} WHERE table_name = %s AND grantee = 'portal_app'", table) == []


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_the_manager_of_an_owned_model_keeps_to_the_scope(model: Any) -> None:
    assert isinstance(model._meta.default_manager, OwnedManager)
    assert isinstance(model._meta.base_manager, OwnedManager)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_references_between_owned_rows_are_composite(db: None, model: Any) -> None:
    table = model._meta.db_table
    fields = [
        field
        for field in model._meta.local_fields
        if field.is_relation and is_owned(field.related_model) and field.name != "provider"
    ]
    assert [field.name for field in fields if not isinstance(field, OwnedForeignKey)] == []
    keys = foreign_keys(table)
    for field in fields:
        parent = field.related_model._meta.db_table
        assert proves(keys, field.column, parent), field.name


def foreign_keys(table: str) -> list[tuple[list[str], str]]:
    """Return the columns of each key of a table, and the table that it refers to."""
    return rows(
        "SELECT ARRAY(SELECT attname::text"
        "               FROM unnest(conkey) WITH ORDINALITY AS key (number, place)"
        "               JOIN pg_attribute ON attrelid = conrelid AND attnum = number"
        "              ORDER BY place),"
        "       confrelid::regclass::text"
        "  FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
        table,
    )


def proves(keys: list[tuple[list[str], str]], column: str, parent: str) -> bool:
    """Does a key lead from the column to its parent, itself or through the row between them?"""
    return any(
        columns[0] == "provider_id"
        and (
            (columns[-1] == column and refers_to == parent)
            or (column in columns[1:-1] and proves(foreign_keys(refers_to), column, parent))
        )
        for columns, refers_to in keys
    )


def test_nobody_may_make_tables_or_skip_policies(db: None) -> None:
    powers = (
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND rolname LIKE 'portal%%'"
    )
    assert rows(powers) == []
    assert rows("SELECT has_schema_privilege('portal_app', 'public', 'CREATE')") == [(False,)]


@pytest.mark.parametrize("role", list(DatabaseRole))
def test_tenants_cannot_reach_people_sessions_or_sign_in(db: None, role: DatabaseRole) -> None:
    granted = "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = %s"
    owned = {model._meta.db_table for model in OWNED}
    assert {table for (table,) in rows(granted, role.value)} <= owned


def test_there_are_no_views_and_two_functions_that_borrow_rights(db: None) -> None:
    assert rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []
    definers = (
        "SELECT proname, proconfig, pg_get_userbyid(proowner),"
        " has_function_privilege('portal_app', oid, 'EXECUTE'),"
        " has_function_privilege('portal_staff', oid, 'EXECUTE')"
        " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )
    fixed = ["search_path=pg_catalog, pg_temp"]
    assert rows(definers) == [
        ("monitoring_keep_days", fixed, "portal_owner", False, False),
        ("portal_erase_rows", fixed, "portal_owner", False, False),
    ]
