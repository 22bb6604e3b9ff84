"""Grants of the login role: everything that is nobody's own data, and nothing that is.

And the policies under which the owner may erase one provider: see docs/adr on deleting providers.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections

LOGIN_ROLE = "portal_app"
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
# What a table takes that has no model of ours.
NARROWER = {"django_migrations": "SELECT"}

ERASED = "(SELECT nullif(current_setting('app.erased_provider', true), '')::bigint)"
ERASERS = {"SELECT": "portal_owner_reads", "DELETE": "portal_owner_deletes"}
OWNER_ROLE = "portal_owner"


def owned_tables() -> set[str]:
    """Return the tables behind the two walls."""
    return {model._meta.db_table for model in apps.get_models() if is_owned(model)}


def is_owned(model: Any) -> bool:
    """Does the model belong to a tenant?"""
    return getattr(model, "provider_lookup", "") != ""


def grant_global_tables(using: str, **_: Any) -> None:
    """Let the login role use the tables that have no owner (people, sessions, sign-in).

    A model may name fewer rights in `login_role_grants`: logs are only ever added to.
    """
    connection = connections[using]
    narrower = NARROWER | {
        model._meta.db_table: model.login_role_grants
        for model in apps.get_models()
        if hasattr(model, "login_role_grants")
    }
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - owned_tables()
        for table in sorted(tables):
            verbs = narrower.get(table, EVERYTHING)
            cursor.execute(f'GRANT {verbs} ON "{table}" TO {LOGIN_ROLE}')


def let_owner_erase(using: str, **_: Any) -> None:
    """Give the owner of every owned table the two policies that erasing a provider needs.

    After each migrate, so that no migration of a new table can forget it. Only
    `portal_erase_rows` sets what the policies ask for.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tablename, policyname FROM pg_policies")
        known = set(cursor.fetchall())
        for model in filter(is_owned, apps.get_models()):
            table = model._meta.db_table
            column = "id" if model.provider_lookup == "id" else "provider_id"  # type: ignore[attr-defined]
            for verb, name in ERASERS.items():
                if (table, name) not in known:
                    cursor.execute(
                        f'CREATE POLICY {name} ON "{table}" FOR {verb} TO {OWNER_ROLE}'
                        f' USING ("{column}" = {ERASED})'
                    )
