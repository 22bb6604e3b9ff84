"""What the hostile visits need, built once: people, tickets, a draft, links and passwords."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import connection, transaction
from django.test import Client

from accounts.actions.invite_person import invite_with_link
from accounts.models import Membership
from accounts.viewer import Viewer
from calcom_portal.common.owned import ProviderOwned
from calcom_portal.common.prepared import PreparedSql
from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.actions import create_contract
from contracts.drafts import ContractWish, Draft
from contracts.models import Calendar, Clause, Tier, TierClause
from contracts.sla import Priority
from tests.bad_inputs.pages import Page
from tests.bad_inputs.world_of_contracts import agreements, labour
from tests.builders import TIER_2, build_device, build_operator, build_password, build_site
from tests.cast import Cast
from tests.stage import acting, browser_of, browser_of_operator
from tests.tickets.helpers import id_of, request_of
from tickets.actions import open_ticket, resolve_ticket

URLENCODED = "application/x-www-form-urlencoded"
LONGEST_SECONDS = 5.0
PEOPLE = ("elena", "amit", "sam", "dana", "priya", "ruth", "nils")
# What the portal keeps outside of all providers, but for what a visit alone changes.
OUTSIDE = {
    "accounts_user": "to_jsonb(t) - 'last_login'",
    "accounts_signup": "to_jsonb(t)",
    "accounts_operatorentry": "to_jsonb(t)",
}


@dataclass
class World:
    """The cast with what they work on, and their cookies. What a visit does is undone."""

    cast: Cast
    names: dict[str, Any]
    cookies: dict[str, Any] = field(default_factory=dict)

    def path(self, pattern: str) -> str:
        """Return an address with the ids of this world in it."""
        return pattern.format_map(self.names)

    @contextmanager
    def browser(self, who: str) -> Iterator[Client]:
        """Give a browser of that person ("" is nobody); afterwards nothing has happened."""
        browser = Client(raise_request_exception=False)
        browser.cookies.update(self.cookies.get(who, {}))
        with transaction.atomic():
            yield browser
            transaction.set_rollback(True)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of CalCom, and what belongs to no provider, by table."""
        return {table: json.loads(rows) for table, rows in self.state().items()}

    def state(self) -> dict[str, str]:
        """Return the same unread: quick to compare."""
        with provider_scope(provider_id=self.cast.calcom.pk):
            found = dict(_everything().rows({}))
        with system_scope("All providers."), connection.cursor() as cursor:
            cursor.execute(
                "SELECT jsonb_agg(to_jsonb(t) ORDER BY id)::text FROM accounts_provider t"
            )
            found["accounts_provider"] = cursor.fetchone()[0]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{table}', coalesce(jsonb_agg({row} ORDER BY t), '[]')::text"
                    f" FROM {table} t"
                    for table, row in OUTSIDE.items()
                )
            )
            return found | dict(cursor.fetchall())


@cache
def _everything() -> PreparedSql:
    """Return the question that is asked after each visit: to plan it takes longer than to run."""
    owned = [model for model in apps.get_models() if issubclass(model, ProviderOwned)]
    return PreparedSql(
        "tests_everything",
        " UNION ALL ".join(
            f"SELECT '{table}', coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text), '[]')"
            f"::text FROM {table} t"
            for table in sorted(model._meta.db_table for model in owned)
        ),
    )


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in rows, those inside of JSON columns too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from texts_in(inner)


def build_world(cast: Cast) -> World:
    """Bring everything on stage."""
    with provider_scope(provider_id=cast.calcom.pk):
        ours = {"provider": cast.calcom}
        tier = Tier.objects.create(**ours, code="TIER2", name="Tier 2", promise=TIER_2.to_dict())
        for code in ("RESPONSE", "TRAINING"):
            clause = Clause.objects.create(**ours, code=code, title=code.title(), wording="Ours.")
            TierClause.objects.create(
                **ours, tier=tier, clause=clause, is_optional=code == "TRAINING"
            )
        calendar = Calendar.objects.get(is_default=True)
    with acting(cast.ruth):
        wish = ContractWish(
            starts_on=date(2031, 1, 1),
            ends_on=None,
            draft=Draft(tier="TIER2", calendar_id=calendar.pk, targets=TIER_2.targets, options=()),
            site_ids=(),
            device_ids=(),
        )
        draft = create_contract(customer=cast.bayview, wish=wish, actor=cast.ruth)
        _, link = invite_with_link(
            email="nina@bayview.example",
            name="Nina New",
            role="customer_user",
            customer=cast.bayview,
            actor=cast.ruth,
        )
    names = _tickets(cast) | {
        "bayview": cast.bayview.pk,
        "sutter": cast.sutter.pk,
        "stranger": cast.northline_customer.pk,
        "site": cast.market_street.pk,
        "device": cast.phone_system.pk,
        "contract": draft.pk,
        "calendar": calendar.pk,
        "tier": tier.pk,
        "person": cast.amit.membership_id,
        "elena": cast.elena.membership_id,
        "rival": cast.northline.pk,
        "marco": cast.marco.membership_id,
        "link": link,
    }
    names |= _rivals(cast) | agreements(cast, tier) | labour(cast)
    # Before the browsers: a new password ends the sessions.
    names["password"] = build_password(cast.sam)
    world = World(cast, names, {name: browser_of(getattr(cast, name)).cookies for name in PEOPLE})
    world.cookies["olga"] = browser_of_operator(build_operator()).cookies
    names["sam_email"] = _email(cast.sam)
    return world


def _tickets(cast: Cast) -> dict[str, Any]:
    with acting(cast.elena):
        first, second, done = (
            open_ticket(request=request_of(cast, priority=urgency), actor=cast.elena)
            for urgency in (Priority.MINOR, Priority.MINOR, Priority.MINOR)
        )
    with acting(cast.dana):
        resolve_ticket(ticket=done, text="A cable was loose.", actor=cast.dana)
    return {"ref": first.reference, "other_ref": second.reference, "done_ref": done.reference}


def _rivals(cast: Cast) -> dict[str, Any]:
    site = build_site(cast.northline_customer, "Fjord Dock")
    device = build_device(site)
    with acting(cast.kim):
        ticket = open_ticket(
            request=request_of(
                cast,
                cast.kim,
                customer_id=cast.northline_customer.pk,
                site_id=site.pk,
                device_id=device.pk,
            ),
            actor=cast.kim,
        )
    with acting(cast.nils):
        calendar = Calendar.objects.get(is_default=True).pk
    return {
        "their_ref": ticket.reference,
        "their_site": site.pk,
        "their_device": device.pk,
        "their_calendar": calendar,
        "nils": cast.nils.membership_id,
    }


def _email(viewer: Viewer) -> str:
    with acting(viewer):
        return str(Membership.objects.get(pk=id_of(viewer)).email)


@dataclass(frozen=True)
class Seen:
    """An answer: its status, its page, where it leads."""

    status: int
    page: Page
    html: str
    location: str
    seconds: float
    raw: Any

    @property
    def told(self) -> str:
        """Return all that the page says of errors."""
        return f"{self.page.alerts} {' '.join(self.page.errors.values())}"


def seen(answer: Any, started: float) -> Seen:
    """Check what holds for every answer: no 500, no hang, nothing that would run."""
    seconds = time.monotonic() - started
    is_html = answer.get("Content-Type", "").startswith("text/html")
    html = answer.content.decode() if is_html else ""
    page = Page(html)
    assert answer.status_code < 500, getattr(answer, "exc_info", answer.content[:500])
    assert seconds < LONGEST_SECONDS, seconds
    assert page.running == [], page.running
    return Seen(answer.status_code, page, html, answer.get("Location", ""), seconds, answer)


def send(browser: Client, path: str, values: Mapping[str, Any] | bytes, **headers: str) -> Seen:
    """Post a form as a browser would; bytes go as they are."""
    body = values if isinstance(values, bytes) else urlencode(values, doseq=True).encode()
    return post(browser, path, body, URLENCODED, **headers)


def post(browser: Client, path: str, body: bytes, kind: str, **headers: str) -> Seen:
    """Post bytes of any type."""
    started = time.monotonic()
    answer = browser.generic("POST", path, body, content_type=kind, headers=headers)
    return seen(answer, started)


def look(browser: Client, path: str, **headers: str) -> Seen:
    """Read a page."""
    started = time.monotonic()
    return seen(browser.get(path, headers=headers), started)
