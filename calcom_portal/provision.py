"""Make a portal database inside a PostgreSQL cluster: roles, extensions, rights.

Run as `python -m calcom_portal.provision` with DATABASE_SUPERUSER_URL, DATABASE_OWNER_URL and
DATABASE_URL set; the demo and the tests call `provision`. Running it again changes nothing but
the passwords, which always become those of the two addresses.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection, encrypt_password

from calcom_portal.env import BadSetting, DatabaseAddress, env_url

PROVISION_SQL = Path(__file__).parent.parent / "deploy" / "provision.sql"
OWNER_ROLE = "portal_owner"
APP_ROLE = "portal_app"
POSTGRES_SCHEMES = ("postgresql", "postgres")


def provision(superuser_url: str, *, owner_url: str, app_url: str) -> None:
    """Create the database, the roles and their rights, as far as they are missing.

    `superuser_url` names the administrator and any existing database of the cluster.
    Raises BadSetting when the addresses do not belong together.
    """
    owner = DatabaseAddress.from_url(owner_url)
    app = DatabaseAddress.from_url(app_url)
    _refuse_mismatch(owner, app)
    with autocommit(superuser_url) as admin:
        _create_database(admin, app.name)
    with autocommit(superuser_url, database=app.name) as admin:
        with admin.cursor() as cursor:
            cursor.execute(PROVISION_SQL.read_text(encoding="utf-8"))
        for address in (owner, app):
            _set_password(admin, address)


@contextmanager
def autocommit(url: str, *, database: str | None = None) -> Iterator[connection]:
    """Connect to `url`, or to another `database` of its cluster; every statement commits."""
    replaced = {} if database is None else {"dbname": database}
    admin = psycopg2.connect(url, connect_timeout=10, **replaced)
    admin.autocommit = True
    try:
        yield admin
    finally:
        admin.close()


def _refuse_mismatch(owner: DatabaseAddress, app: DatabaseAddress) -> None:
    for variable, address, role in (
        ("DATABASE_OWNER_URL", owner, OWNER_ROLE),
        ("DATABASE_URL", app, APP_ROLE),
    ):
        if address.user != role or not address.password:
            raise BadSetting(
                variable,
                problem="names another role, or no password",
                wanted=f"postgresql://{role}:password@host:port/database",
                remedy="Row-level security is written for exactly these roles.",
            )
    if owner.name != app.name:
        raise BadSetting(
            "DATABASE_OWNER_URL",
            problem="names another database than DATABASE_URL",
            wanted="the same host, port and database in both",
            remedy="Correct one of them.",
        )


def _create_database(admin: connection, name: str) -> None:
    with admin.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.rowcount == 0:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _set_password(admin: connection, address: DatabaseAddress) -> None:
    # Sent as a SCRAM verifier, so that the password never stands in a server log.
    verifier = encrypt_password(address.password, address.user, admin, "scram-sha-256")
    with admin.cursor() as cursor:
        cursor.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(address.user), sql.Literal(verifier)
            )
        )


def main() -> int:
    """Provision the cluster that the environment names."""
    try:
        provision(
            env_url("DATABASE_SUPERUSER_URL", schemes=POSTGRES_SCHEMES),
            owner_url=env_url("DATABASE_OWNER_URL", schemes=POSTGRES_SCHEMES),
            app_url=env_url("DATABASE_URL", schemes=POSTGRES_SCHEMES),
        )
    except BadSetting as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
