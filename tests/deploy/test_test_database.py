"""The tests' own database: the right role, a copy for each process, and clean after commits."""

from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection
from psycopg2.extensions import connection as Psycopg2Connection  # noqa: N812

from calcom_portal.provision import APP_ROLE, OWNER_ROLE
from tests.servers import TestServers

FAR = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_tests_connect_as_the_app_role_to_a_database_of_their_own(servers: TestServers) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == (APP_ROLE, servers.database)


@pytest.mark.django_db
def test_the_app_role_cannot_make_tables() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE smuggled (id int)")


@pytest.mark.django_db
def test_the_app_role_cannot_become_the_owner() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"SET ROLE {OWNER_ROLE}")


def test_the_owner_obeys_policies_too(owner_connection: Psycopg2Connection) -> None:
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


def test_the_app_role_holds_no_group_right_before_it_steps_in(
    owner_connection: Psycopg2Connection,
) -> None:
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, m.inherit_option, m.set_option, m.admin_option"
            " FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
            " WHERE m.member = %s::regrole ORDER BY 1",
            [APP_ROLE],
        )
        assert cursor.fetchall() == [
            ("portal_customer", False, True, False),
            ("portal_staff", False, True, False),
            ("portal_system", False, True, False),
        ]


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(
    turn: str, committed_db: None, owner_connection: Psycopg2Connection
) -> None:
    assert Session.objects.count() == 0
    Session.objects.create(session_key=turn, session_data="x", expire_date=FAR)
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session")
        assert cursor.fetchall() == [(turn,)]


def test_what_migrations_wrote_survives_a_committing_test(committed_db: None) -> None:
    assert ContentType.objects.exists()


def test_a_stranger_cannot_reach_the_database(
    owner_connection: Psycopg2Connection, servers: TestServers
) -> None:
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_database_privilege('portal_staff', current_database(), 'CONNECT'),"
            " has_database_privilege(%s, current_database(), 'CONNECT')",
            [APP_ROLE],
        )
        assert cursor.fetchone() == (False, True)
