"""Rows of a model, written by a statement that is built and planned once.

For what the busiest actions write each time. To build an INSERT of forty columns takes Django
longer than PostgreSQL takes to carry it out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from calcom_portal.common.prepared import Asked, ask_prepared, tell_prepared
from calcom_portal.common.tenancy import current_scope


def insert(*rows: models.Model) -> None:
    """Write new rows of one model, and give them their keys, as `save(force_insert=True)` does.

    Only within a scope, and only a few at once: each number of rows is a statement of its own.
    Sends no signals; none of our models has any.
    """
    if not rows:
        return
    written, _ = ask_prepared(*_asked(rows))
    for row, (key,) in zip(rows, written, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_along(*rows: models.Model) -> None:
    """Write new rows without asking for their keys: within `in_one_go` with what comes next.

    Rows that have a key already, each or none of them, keep it.
    """
    if rows:
        tell_prepared(*_asked(rows))
    for row in rows:
        if row.pk is not None:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _asked(rows: tuple[models.Model, ...]) -> Asked:
    name, sql, fields = _statement(type(rows[0]), len(rows), rows[0].pk is not None)
    # The connection itself: each word with its proxy costs more than to convert most values.
    connection = connections[DEFAULT_DB_ALIAS]
    values = [
        None if value is None else field.get_db_prep_save(value, connection=connection)
        for row in rows
        for field in fields
        for value in (field.pre_save(row, add=True),)
    ]
    return f"{name}_{current_scope().role.value}", sql, values


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], count: int, is_known: bool) -> tuple[str, str, list[Any]]:
    meta = model._meta
    fields = [field for field in meta.concrete_fields if is_known or not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = (f"${number}" for number in range(1, count * len(fields) + 1))
    row = "(" + ", ".join(["{}"] * len(fields)) + ")"
    values = ", ".join([row] * count).format(*places)
    # Only names of our own tables and columns.
    sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES {values} RETURNING id'  # noqa: S608  # nosec B608
    return f"insert_{count}_{'known_' if is_known else ''}{meta.db_table}", sql, fields
