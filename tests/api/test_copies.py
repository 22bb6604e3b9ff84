"""Approving a change, and who gets copies, over the API."""

from __future__ import annotations

import pytest

from accounts.models import Membership
from tests.accounts.who import seat_id
from tests.api.caller import assert_problem, caller
from tests.api.test_tickets import opened
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import MONDAY_10
from tickets.models import Ticket, Watcher

SLOT = {"start": "2026-06-16T09:00:00-07:00", "end": "2026-06-16T10:00:00-07:00"}


@pytest.fixture
def authorised(cast: Cast) -> None:
    """Name Amit as authorised for changes."""
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.amit)).update(may_approve_changes=True)


def watchers(cast: Cast) -> list[str]:
    """Return who gets copies."""
    with acting(cast.ruth):
        rows = Watcher.objects.order_by("membership__name")
        return list(rows.values_list("membership__name", flat=True))


@pytest.mark.usefixtures("authorised")
def test_the_authorised_contact_approves_and_then_it_is_scheduled(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set(MONDAY_10)
    amit, dana = caller(cast.amit), caller(cast.dana)
    address = f"/tickets/{opened(caller(cast.elena), kind='programming')}"
    assert dana.get(address).json()["approval"] == "needed"
    early = assert_problem(dana.post(f"{address}/actions/schedule", SLOT), 409)
    assert "needs approval by Amit Bhatt" in early["detail"]
    for _ in range(2):
        approved = amit.post(f"{address}/actions/approve")
        assert (approved.status_code, approved.json()["approval"]) == (200, "given")
    assert dana.post(f"{address}/actions/schedule", SLOT).status_code == 200


@pytest.mark.usefixtures("authorised")
def test_nobody_else_approves(cast: Cast) -> None:
    address = f"/tickets/{opened(caller(cast.elena), kind='programming')}/actions/approve"
    for person in (cast.elena, cast.dana, cast.ruth):
        assert_problem(caller(person).post(address), 403)
    assert_problem(caller(cast.sam).post(address), 404)
    with acting(cast.dana):
        assert Ticket.objects.get().approval == "needed"


@pytest.mark.usefixtures("authorised")
def test_what_waits_for_nothing_is_not_approved(cast: Cast) -> None:
    address = f"/tickets/{opened(caller(cast.elena))}"
    assert caller(cast.amit).get(address).json()["approval"] is None
    assert_problem(caller(cast.amit).post(f"{address}/actions/approve"), 409)


def test_copies_go_to_oneself_and_to_colleagues_until_taken_off(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    address = f"/tickets/{opened(elena)}/actions"
    for _ in range(2):
        assert elena.post(f"{address}/watch", {"person": seat_id(cast.amit)}).status_code == 200
        assert dana.post(f"{address}/watch").status_code == 200
    assert watchers(cast) == ["Amit Bhatt", "Dana Okafor"]
    assert elena.post(f"{address}/unwatch", {"person": seat_id(cast.dana)}).status_code == 200
    assert elena.post(f"{address}/unwatch", {"person": seat_id(cast.amit)}).status_code == 200
    assert watchers(cast) == ["Dana Okafor"]
    assert dana.post(f"{address}/unwatch", {}).status_code == 200
    assert watchers(cast) == []


def test_a_repeated_watch_with_a_key_is_answered_as_before(cast: Cast) -> None:
    elena = caller(cast.elena)
    address = f"/tickets/{opened(elena)}/actions/watch"
    body = {"person": seat_id(cast.amit)}
    first = elena.post(address, body, Idempotency_Key="copies")
    again = elena.post(address, body, Idempotency_Key="copies")
    assert (first["Idempotency-Replayed"], again["Idempotency-Replayed"]) == ("false", "true")
    assert first.content == again.content
    assert_problem(elena.post(address, {}, Idempotency_Key="copies"), 422)


def test_copies_for_a_stranger_are_refused_on_the_field(cast: Cast) -> None:
    elena = caller(cast.elena)
    address = f"/tickets/{opened(elena)}/actions/watch"
    for person in (seat_id(cast.sam), seat_id(cast.dana), 999_999, "1", True, 0):
        assert_problem(elena.post(address, {"person": person}), 400, "person")
    assert_problem(elena.post(address, {"who": 1}), 400, "who")
    assert_problem(caller(cast.sam).post(address), 404)
    assert watchers(cast) == []


def test_who_gets_copies_is_read_by_both_sides(cast: Cast) -> None:
    elena, dana = caller(cast.elena), caller(cast.dana)
    address = f"/tickets/{opened(elena)}"
    assert elena.get(f"{address}/watchers").json() == {"items": [], "next": None}
    elena.post(f"{address}/actions/watch", {"person": seat_id(cast.amit)})
    dana.post(f"{address}/actions/watch")
    wanted = [
        {"person": {"id": seat_id(cast.amit), "name": "Amit Bhatt"}, "from_staff": False},
        {"person": {"id": seat_id(cast.dana), "name": "Dana Okafor"}, "from_staff": True},
    ]
    for reader in (elena, dana):
        assert reader.get(f"{address}/watchers").json()["items"] == wanted
    page = elena.get(f"{address}/watchers?limit=1").json()
    rest = elena.get(page["next"].partition("/api/v1")[2]).json()
    assert (page["items"] + rest["items"], rest["next"]) == (wanted, None)
    assert_problem(elena.get(f"{address}/watchers?limit=0"), 400, "limit")
    assert_problem(caller(cast.sam).get(f"{address}/watchers"), 404)
    assert_problem(caller(cast.elena, "tickets:write").get(f"{address}/watchers"), 403)
