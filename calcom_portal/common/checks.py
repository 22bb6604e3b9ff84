"""Start-up checks: the portal refuses to run where a wall is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

ROLE = "SELECT rolsuper, rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user"


def role_problem() -> str:
    """Return why the database role is unsafe, or an empty string."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        superuser, bypasses, name = cursor.fetchone()
    if superuser or bypasses:
        return f"The database role {name} ignores row policies (superuser or BYPASSRLS)."
    return ""


def refuse_unsafe_role() -> None:
    """Stop the start if the role would make the second wall useless."""
    if problem := role_problem():
        raise ImproperlyConfigured(f"{problem} Point DATABASE_URL at the role portal_app.")


@register(Tags.database)
def check_database_role(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report an unsafe role in `manage.py check --database default`."""
    if not databases or "default" not in databases:
        return []
    problem = role_problem()
    hint = "Point DATABASE_URL at the role portal_app."
    return [Error(problem, hint=hint, id="portal.E001")] if problem else []


def own_networks_problem() -> str:
    """Return that nothing keeps probes from the portal's own public addresses, or nothing."""
    if settings.OWN_NETWORKS or settings.PORTAL_DEMO or settings.DEBUG:
        return ""
    return "OWN_NETWORKS is empty: a probe may be aimed at the public addresses of this portal."


@register(Tags.security, deploy=True)
def check_own_networks(**_: Any) -> list[CheckMessage]:
    """Warn in `manage.py check --deploy` where the portal does not know its own networks."""
    problem = own_networks_problem()
    hint = "Set OWN_NETWORKS to the networks of the portal's servers."
    return [Warning(problem, hint=hint, id="portal.W001")] if problem else []
