"""How the access matrix is walked: every address, by everybody, read and written."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.viewer import Viewer
from tests.api.caller import caller
from tests.builders import build_operator
from tests.cast import Cast
from tests.stage import browser_of, browser_of_operator

# Owners of `id` in an address, by the word before it.
OF_ID = {
    "health-checks/lines": "health_line",
    "backups/accounts": "drop_plan",
    "backups/upload": "device",
    "invitations": "invitation_id",
    "inspections/photos": "inspection_photo",
    "inspections/differences": "difference",
    "inspections/checklist": "checklist_line",
    "inspections": "inspection",
    "sites": "site",
    "devices": "device",
    "contracts": "contract",
    "calendars": "calendar",
    "tiers": "tier",
    "models": "product_model",
    "warranties": "warranty",
    "imports": "import",
    "d": "device",
    "checks": "check",
    "incidents": "incident",
    "health-checks": "health_report",
    "health-reports": "health_report",
    "connections": "connection",
    "credentials": "credential",
    "networks": "network",
    "questions": "question",
    "maintenance": "work",
    "agents": "agent",
    "our-firmware": "campaign",
    "campaigns": "campaign",
    "updates": "update",
    "releases": "release",
    "advisories": "advisory",
    "backups": "backup",
    "backup-plans": "drop_plan",
    "changes": "change",
    "restores": "restore",
    "signings": "request_id",
    "people": "person_id",
    "customers": "customer_id",
}
PEOPLE = ("nobody", "elena", "amit", "dana", "priya", "ruth", "nora", "nils", "kim", "sam", "olga")


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, pattern) of every address."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern), prefix + str(pattern.pattern)


def path_of(name: str, pattern: str, objects: dict[str, Any]) -> str:
    """Return an address with the objects of the world in it."""
    arguments = {word: value for word, value in objects.items() if f":{word}>" in pattern}
    if ":id>" in pattern:
        owner = next(owner for word, owner in OF_ID.items() if f"/{word}/" in f"/{pattern}")
        arguments["id"] = objects[owner]
    try:
        return reverse(name, kwargs=arguments or None)
    except NoReverseMatch:
        return f"/{FIXED[name]}"


FIXED = {
    "beat_said": "beat/not-a-token/fail",
    "api_nowhere": "api/nothing",
    "account_reset_password_from_key": "account/password/reset/key/1-nothing/",
    "demo_mail_message": "mail/0000000000000000-000000000000/",
    "demo_mail_file": "mail/0000000000000000-000000000000.eml",
}


class Visitors:
    """The people of the matrix with their browsers, and with keys for the API."""

    def __init__(self, cast: Cast, **others: Viewer) -> None:
        # One browser, whose middleware is loaded once. Cookies of each visit's own: a visit may
        # sign out, or change the session.
        self.browser = Client(raise_request_exception=False)
        self.cookies = {"nobody": Client().cookies}
        self.keys: dict[str, str] = {}
        self.cookies["olga"] = browser_of_operator(build_operator("Olga Brandt")).cookies
        for person, viewer in ({one: getattr(cast, one) for one in PEOPLE[1:-1]} | others).items():
            self.cookies[person] = browser_of(viewer).cookies
            self.keys[person] = caller(viewer).token

    def status(self, person: str, method: str, path: str) -> int:
        """Return the status that one person gets. What they do is undone."""
        headers, kind, body = {}, "application/x-www-form-urlencoded", ""
        if path.startswith("/api/"):
            kind, body = "application/json", "{}" if method == "POST" else ""
            if person in self.keys:
                headers["Authorization"] = f"Bearer {self.keys[person]}"
        self.browser.cookies = SimpleCookie()
        self.browser.cookies.update(self.cookies[person])
        with transaction.atomic():
            answer = self.browser.generic(method, path, body, content_type=kind, headers=headers)
            transaction.set_rollback(True)
        return int(answer.status_code)
