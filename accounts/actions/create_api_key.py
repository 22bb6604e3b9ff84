"""Make an API key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from accounts.api_scopes import ApiScope
from accounts.audit import record
from accounts.capabilities import Capability
from accounts.models import ApiKey, Membership
from accounts.tokens import fresh_key
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput
from calcom_portal.common.tenancy import database_now

LONGEST_LIFE = timedelta(days=366)


def create_api_key(
    *, person: Membership, label: str, scopes: Iterable[str], lasts: timedelta, actor: Viewer
) -> tuple[ApiKey, str]:
    """Make a key that acts for a person, and return it with its token, which is never seen again.

    Raises NotAllowed, or BadInput for an unknown scope, none at all, or a life beyond a year.
    """
    actor.require(Capability.MANAGE_API_KEYS)
    chosen = _check_scopes(scopes)
    if not timedelta() < lasts <= LONGEST_LIFE:
        raise BadInput("A key lasts from one day to one year.", field="lasts")
    fresh, now = fresh_key(), database_now()
    key: ApiKey = ApiKey.objects.create(
        provider_id=actor.provider_id,
        customer_id=person.customer_id,
        membership=person,
        label=label,
        prefix=fresh.prefix,
        secret_hash=fresh.secret_hash,
        scopes=chosen,
        created_at=now,
        expires_at=now + lasts,
    )
    record(actor, "key.created", key, prefix=key.prefix, person=person.pk, scopes=chosen)
    return key, fresh.token


def _check_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = set(scopes)
    chosen: list[str] = [scope.value for scope in ApiScope if scope.value in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise BadInput("Choose at least one of the scopes offered.", field="scopes")
    return chosen
