"""The cast as it stands after `build_cast`, kept in each process's database and copied by a test.

To build it takes 130 statements and 30 ms of two processes; thousands of tests begin with it. A
function of the database copies the kept rows in one statement, into the test's own transaction.
"""

from __future__ import annotations

import pickle
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from accounts.models import User
from calcom_portal.common.tenancy import ask_database_now, system_scope
from calcom_portal.provision import APP_ROLE, autocommit
from tests.cast import Cast, build_cast
from tests.servers import TestServers

Rows = dict[str, str]
# Of the superuser, so that it sees no row policies; what triggers write, they write again.
COPY = """
CREATE FUNCTION kept.stage() RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE now CONSTANT timestamptz := public.portal_now();
BEGIN
    {inserts}
    RETURN now;
END $$
"""
INSERT = "INSERT INTO public.{table} ({columns}) SELECT {values} FROM kept.{kept};"
COLUMNS = """
SELECT column_name, data_type = 'timestamp with time zone' FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
ORDER BY ordinal_position
"""


@dataclass(frozen=True, slots=True)
class KeptCast:
    """What `keep_cast` made."""

    people: bytes
    began: datetime

    def enter(self) -> Cast:
        """Bring everybody on stage: new objects, rows of now, the same ids in each test."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT kept.stage()")
            now: datetime = cursor.fetchone()[0]
        cast: Cast = pickle.loads(self.people)  # noqa: S301 - this process pickled it
        for one in vars(cast).values():
            # Written at the time of building, like the rows.
            if (getattr(one, "created_at", None) or self.began) > self.began:
                one.created_at = now
        return cast


def keep_cast(servers: TestServers) -> KeptCast:
    """Build the cast, keep its rows aside, and leave the tables as they were."""
    tables: dict[str, None] = {}

    def noting(execute: Any, statement: str, *rest: Any) -> Any:
        if found := re.match(r'INSERT INTO "(\w+)"', statement):
            tables[found[1]] = None
        return execute(statement, *rest)

    began = ask_database_now()
    with transaction.atomic():
        with connection.execute_wrapper(noting):
            cast = build_cast()
        rows = {table: _rows_of(table) for table in tables}
        transaction.set_rollback(True)
    connection.close()
    _keep(servers, rows, began)
    return KeptCast(pickle.dumps(cast), began)


def _rows_of(table: str) -> str:
    # Users belong to no provider: no scope may read them.
    scope: AbstractContextManager[object] = (
        nullcontext() if table == User._meta.db_table else system_scope("keep the cast")
    )
    with scope, connection.cursor() as cursor:
        cursor.execute(f'SELECT jsonb_agg(to_jsonb(t) ORDER BY id)::text FROM "{table}" t')
        return str(cursor.fetchone()[0])


def _keep(servers: TestServers, rows: Rows, began: datetime) -> None:
    url = servers.addresses.database_superuser_url
    with autocommit(url, database=servers.database) as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA kept; GRANT USAGE ON SCHEMA kept TO {APP_ROLE}")
        inserts = [_kept_table(cursor, table, kept, began) for table, kept in rows.items()]
        cursor.execute(sql.SQL(COPY).format(inserts=sql.SQL("\n    ").join(inserts)))


def _kept_table(cursor: Any, name: str, rows: str, began: datetime) -> sql.Composed:
    """Make the table, and return the statement that copies its rows."""
    # Of another name: tests look tables up by theirs.
    table, kept = sql.Identifier(name), sql.Identifier(f"{name}_kept")
    cursor.execute(
        sql.SQL(
            "CREATE TABLE kept.{kept} AS"
            " SELECT * FROM jsonb_populate_recordset(NULL::public.{table}, {rows})"
        ).format(table=table, kept=kept, rows=sql.Literal(rows))
    )
    cursor.execute(COLUMNS, [name])
    columns, values = [], []
    for column, is_instant in cursor.fetchall():
        columns.append(sql.Identifier(column))
        # What was written at the time of building is written at the time of copying.
        template = "CASE WHEN {column} >= {began} THEN now ELSE {column} END"
        values.append(
            sql.SQL(template if is_instant else "{column}").format(
                column=columns[-1], began=sql.Literal(began)
            )
        )
    comma = sql.SQL(", ")
    return sql.SQL(INSERT).format(
        table=table, kept=kept, columns=comma.join(columns), values=comma.join(values)
    )
