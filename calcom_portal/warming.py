"""What every worker would do for its first visitors, done once before the workers are split off.

They share the memory of it, and nobody waits. A page that a worker is the first to render costs
each worker its own copy of what Python writes on the way: a quarter of the web tier's memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from typing import Any, Final
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connections
from django.template import engines
from django.urls import get_resolver

# What WSGI asks for; its answers can be closed.
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]

# For nobody in particular: the whole way through all middleware, a query, a form, the frame of
# pages, and the answer to an address that is none.
PAGES: Final = ("/healthz", "/account/login/", "/nobody-has-this-address/")
# Python writes into the code itself until it has run eight times.
TIMES: Final = 10
EXPECTED: Final = ("200", "404")


def warm_up(application: Application) -> None:
    """Load what is loaded late, and answer a few times. No connection stays open for the workers.

    A database that does not answer costs no more than the memory.
    """
    # Addresses bring in all the views, template engines all tags; the sprite is drawn with the
    # first icon; fields of models are looked up by each first query.
    get_resolver().reverse_dict  # noqa: B018
    engines["django"].from_string("{% load portal %}{% icon 'check' %}").render()
    for model in apps.get_models(include_auto_created=True):
        model._meta.get_fields()
        model._meta._property_names  # type: ignore[attr-defined] # noqa: B018
    from calcom_portal.visiting import visits  # noqa: PLC0415 - this file loads before any model

    _ask_for(application, PAGES)
    with suppress(OperationalError), visits() as ways:
        for way in ways:
            _ask_for(application, way.pages, way.cookie)
    connections.close_all()


def _ask_for(application: Application, pages: Sequence[str], cookie: str = "") -> None:
    for page in pages:
        for _ in range(TIMES):
            if not answered(application, page, cookie).startswith(EXPECTED):
                break


def answered(application: Application, path: str, cookie: str = "") -> str:
    """Ask for a page, without a cookie as nobody who is known; return the status, "200 OK"."""
    told: list[str] = []
    environ: dict[str, Any] = {
        "HTTP_HOST": urlsplit(settings.PORTAL_URL).netloc,
        "HTTP_COOKIE": cookie,
        "PATH_INFO": path,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.errors": sys.stderr,
    }
    setup_testing_defaults(environ)
    with closing(application(environ, lambda status, *_: told.append(status))) as answer:
        b"".join(answer)
    return told[0]
