"""Doing a call once: what an Idempotency-Key promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import viewer_in
from accounts.submissions import Answer, KeyReused, fingerprint_of, once
from calcom_portal.common.files import fingerprints

KEY = "Idempotency-Key"
LONGEST_ROUTE = 120


def answered_once(request: Request, act: Callable[[], Answer]) -> Response:
    """Do `act`; with an Idempotency-Key only if that was not done before, files included."""
    headers: dict[str, str] = {}
    if KEY not in request.headers:
        answer = act()
        body = answer.body
    else:
        # No address of a thing that exists is longer.
        route = f"{request.method} {request.path}"[:LONGEST_ROUTE]
        print_of = fingerprint_of(_plain(request.data), fingerprints(request.FILES))
        key = request.headers[KEY]
        try:
            answer = once(viewer_in(request), route, key, print_of, lambda: _as_text(act()))
        except KeyReused as error:
            remedy = f"Send something new under a fresh {KEY}."
            raise KeyReused(error.message, remedy=remedy) from error
        body = json.loads(answer.body)
        headers["Idempotency-Replayed"] = "true" if answer.is_repeated else "false"
    if "version" in body:
        headers["ETag"] = body["version"]
    return Response(body, status=answer.status, headers=headers)


def _as_text(answer: Answer) -> Answer:
    # PostgreSQL's jsonb orders names anew: as text the repeat is the first answer to the byte.
    return Answer(answer.status, json.dumps(answer.body))


def _plain(data: Any) -> Any:
    return {name: str(value) for name, value in data.items()} if hasattr(data, "lists") else data
