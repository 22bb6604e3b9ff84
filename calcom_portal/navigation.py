"""What every page's frame shows: who is here, where one can go. Asks the database nothing.

A view that knows how many things wait behind a place says so in `request.nav_counts`, by the
name of the place's address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.banner import banner_of
from accounts.capabilities import Capability
from accounts.middleware import SEVERAL_SEATS
from accounts.operators import Operator
from accounts.phones import spell_phone
from accounts.viewer import Viewer
from calcom_portal.common.parts import NavItem, Shell


@dataclass(frozen=True, slots=True)
class Place:
    """A place for everybody who has the capability, for customers' people, staff or both.

    Pages whose address begins as one of the patterns in `holds` stand under it too.
    """

    name: str
    url_name: str
    icon: str
    needs: Capability
    staff: bool = True
    customers: bool = False
    holds: tuple[str, ...] = ()


# Pages that set up or explain the monitoring.
MONITORED = (
    *("/agents/", "/checks/", "/connections/", "/credentials/", "/incidents/", "/maintenance/"),
    "/networks/",
)
PLACES = (
    Place("Home", "home", "house", Capability.OPEN_TICKETS, staff=False, customers=True),
    Place("Queue", "queue", "inbox", Capability.WORK_TICKETS),
    Place(
        *("Tickets", "tickets", "message-square", Capability.OPEN_TICKETS),
        customers=True,
        holds=("/changes/",),
    ),
    Place("Our systems", "our_systems", "server", Capability.SEE_CONTRACTS, False, True),
    Place("Our contract", "our_contract", "file-text", Capability.SEE_CONTRACTS, False, True),
    Place("Customers", "customers", "building-2", Capability.SEE_ALL_CUSTOMERS),
    Place(
        *("Devices", "devices", "server", Capability.SEE_ALL_CUSTOMERS),
        holds=("/models/", "/warranties/", "/gaps/", "/imports/"),
    ),
    Place(
        *("Monitoring", "monitoring", "activity", Capability.SEE_MONITORING),
        holds=MONITORED,
    ),
    Place(
        *("Backups", "backups", "database", Capability.TAKE_BACKUPS),
        holds=("/restores/", r"/devices/\d+/backups/"),
    ),
    Place("Backups", "our_backups", "database", Capability.SEE_CONTRACTS, False, True),
    Place("Health checks", "health_checks", "heart-pulse", Capability.SEE_MONITORING),
    Place("Health reports", "health_checks", "heart-pulse", Capability.SEE_CONTRACTS, False, True),
    Place("Inspections", "inspections", "clipboard-check", Capability.SEE_CONTRACTS, True, True),
    Place("Firmware", "firmware", "package", Capability.SEE_MONITORING),
    Place("Updates", "our_firmware", "package", Capability.SEE_CONTRACTS, False, True),
    Place("Sites", "sites", "map-pin", Capability.SEE_ALL_CUSTOMERS),
    Place("Contracts", "contracts", "file-text", Capability.SEE_ALL_CUSTOMERS),
    Place("Reports", "reports", "scale", Capability.SEE_ALL_CUSTOMERS),
    Place("Promises kept", "reports", "scale", Capability.SEE_CONTRACTS, False, True),
    Place("Calendars", "calendars", "calendar-days", Capability.MANAGE_CALENDARS),
    Place("Tiers", "tiers", "layers", Capability.MANAGE_CONTRACTS),
    Place("Rates", "rates", "receipt", Capability.MANAGE_CONTRACTS),
    Place("Statements", "statements", "receipt", Capability.SEE_STATEMENTS, customers=True),
    Place("People", "people", "users", Capability.MANAGE_COLLEAGUES, customers=True),
    Place("Company", "company", "building-2", Capability.MANAGE_COMPANY),
    Place("Outbox", "outbox", "mail", Capability.SEE_OUTBOX),
    Place("API keys", "api_keys", "key-round", Capability.MANAGE_API_KEYS),
    Place("Audit trail", "audit", "scroll-text", Capability.SEE_AUDIT),
)
OWN_PAGES = (
    ("Profile", "profile", "circle-user-round"),
    ("Long work", "jobs", "hourglass"),
    ("Notifications", "notice_settings", "bell"),
    ("Password", "account_change_password", "lock"),
    ("Sign-in protection", "mfa_index", "shield-check"),
    ("Where you are signed in", "usersessions_list", "monitor"),
)
OPERATOR_PLACES = (
    ("Providers", "operator", "building-2"),
    ("Operator log", "operator_log", "scroll-text"),
)
# An operator without a seat has no profile and gets no notices.
OPERATORS_OWN = OWN_PAGES[2:]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return viewer, nav, account_menu and shell; nothing for somebody who is not signed in."""
    viewer: Viewer | None = getattr(request, "viewer", None) or getattr(
        request, "frame_viewer", None
    )
    if viewer is None:
        return _frame_of_operator(request)
    return {
        "viewer": viewer,
        "looking": getattr(request, "looking", None),
        "banner": banner_of(viewer),
        "nav": list(_nav(request, viewer)),
        "account_menu": list(_account_menu(request)),
        "shell": _shell(viewer),
    }


def _frame_of_operator(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of operators' pages; of other pages without a viewer there is none."""
    operator: Operator | None = getattr(request, "operator", None)
    if operator is None:
        return {"viewer": None, "sign_up_open": settings.SIGN_UP_OPEN}
    current = max((url for _, url, _ in _operator_places() if _is_at(request.path, url)), key=len)
    return {
        "viewer": operator,
        "nav": [
            NavItem(name, url, icon, current=url == current)
            for name, url, icon in _operator_places()
        ],
        "account_menu": list(_account_menu(request, OPERATORS_OWN)),
        "shell": Shell(name="Operator pages", home_url=_url("operator")),
    }


def _operator_places() -> list[tuple[str, str, str]]:
    return [(name, _url(url_name), icon) for name, url_name, icon in OPERATOR_PLACES]


def places_of(viewer: Viewer) -> list[Place]:
    """Return where the viewer can go, in order: the first four stand in the bottom bar."""
    side = "customers" if viewer.is_customer else "staff"
    return [place for place in PLACES if getattr(place, side) and viewer.can(place.needs)]


def _nav(request: HttpRequest, viewer: Viewer) -> Any:
    counts = getattr(request, "nav_counts", {})
    places = [(place, url) for place in places_of(viewer) if (url := _url(place.url_name))]
    current = _current(request.path, places)
    for place, url in places:
        yield NavItem(
            place.name, url, place.icon, count=counts.get(place.url_name), current=url == current
        )


def _current(path: str, places: Sequence[tuple[Place, str]]) -> str | None:
    """Return the address of the place that `path` stands under: the one that fits it closest."""
    fitting = [(len(url), url) for _, url in places if _is_at(path, url)]
    for place, url in places:
        held = (re.match(pattern, path) for pattern in place.holds)
        fitting += [(found.end(), url) for found in held if found]
    return max(fitting, default=(0, None))[1]


def _account_menu(request: HttpRequest, pages: Sequence[tuple[str, str, str]] = OWN_PAGES) -> Any:
    for name, url_name, icon in pages:
        if url := _url(url_name):
            yield NavItem(name, url, icon)
    if pages is OWN_PAGES and getattr(request.user, "is_operator", False):
        yield NavItem("Operator pages", _url("operator"), "server")
    if request.session.get(SEVERAL_SEATS):
        yield NavItem("Work for another company", f"{_url('seat')}?choose=1", "building-2")


def _shell(viewer: Viewer) -> Shell:
    return Shell(
        name=viewer.provider_name,
        home_url=_url("queue" if viewer.can(Capability.WORK_TICKETS) else "home") or "/",
        search_url=_url("search"),
        new_ticket_url=_url("report") if viewer.can(Capability.OPEN_TICKETS) else "",
        phone=spell_phone(viewer.provider_phone),
        phone_href=f"tel:{re.sub(r'[^0-9+]', '', viewer.provider_phone)}",
    )


def _is_at(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


@cache
def _url(name: str) -> str:
    # tests/architecture proves that every place exists; a page must not fail for one that is not.
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
