"""Calling the API in tests, as somebody with a key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.api_scopes import ApiScope
from accounts.models import ApiKey
from accounts.tokens import fresh_key
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope

V1 = "/api/v1"
EVERYTHING = tuple(scope.value for scope in ApiScope)
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Caller:
    """Somebody with an API key."""

    token: str

    def get(self, path: str, **headers: str) -> Any:
        """Read."""
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON; bytes go as they are. Headers with underscores for hyphens."""
        return self.call("POST", path, body, **headers)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        sent = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        kind = sent.pop("Content-Type", "application/json")
        return Client(raise_request_exception=False).generic(
            method, f"{V1}{path}", raw, content_type=kind, headers=sent
        )


def caller(
    viewer: Viewer, *scopes: str, lasts: timedelta = timedelta(days=30), is_revoked: bool = False
) -> Caller:
    """Give the person a key (with every scope unless some are named)."""
    fresh = fresh_key()
    assert viewer.membership_id is not None
    # Keys are the provider's to make: customers may not write them.
    with provider_scope(provider_id=viewer.provider_id) as scope:
        now = scope.now
        ApiKey.objects.create(
            provider_id=viewer.provider_id,
            customer_id=viewer.customer_id,
            membership_id=viewer.membership_id,
            label="test",
            prefix=fresh.prefix,
            secret_hash=fresh.secret_hash,
            scopes=list(scopes or EVERYTHING),
            created_at=now,
            expires_at=now + lasts,
            revoked_at=now if is_revoked else None,
        )
    return Caller(fresh.token)


def assert_problem(response: Any, status: int, *fields: str) -> dict[str, Any]:
    """Check that this is problem+json of that status, naming these fields; return its body."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:portal:problem:")
    assert body["detail"]
    if fields:
        assert [error["field"] for error in body["errors"]] == list(fields)
    return body
