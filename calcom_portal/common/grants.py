"""Grants of the login role: everything that is nobody's own data, and nothing that is."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections

LOGIN_ROLE = "portal_app"


def owned_tables() -> set[str]:
    """Return the tables behind the two walls."""
    return {model._meta.db_table for model in apps.get_models() if is_owned(model)}


def is_owned(model: Any) -> bool:
    """Does the model belong to a tenant?"""
    return getattr(model, "provider_lookup", "") != ""


def grant_global_tables(using: str, **_: Any) -> None:
    """Let the login role use the tables that have no owner (people, sessions, sign-in)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - owned_tables()
        for table in sorted(tables):
            verbs = "SELECT" if table == "django_migrations" else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f'GRANT {verbs} ON "{table}" TO {LOGIN_ROLE}')
