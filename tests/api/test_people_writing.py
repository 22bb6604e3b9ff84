"""Customers, people, the audit trail and taking data out, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.capabilities import Role
from accounts.models import Customer, Invitation, Membership
from calcom_portal.common.tenancy import database_now
from tests.accounts.who import seat_id
from tests.api.caller import assert_problem, caller
from tests.builders import build_person
from tests.cast import Cast
from tests.jobs import finish_jobs
from tests.stage import acting

NEW = {"name": "Harbor Books", "number": "C-9", "phone": "415 555 0123"}


def test_a_customer_is_taken_on_changed_and_its_people_invited(cast: Cast) -> None:
    ruth = caller(cast.ruth)
    first, again = (ruth.post("/customers", NEW, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    made = first.json()
    assert (made["phone"], made["is_active"]) == ("+14155550123", True)
    path = f"/customers/{made['id']}/actions/edit"
    assert ruth.post(path, {"name": "Harbor"}).json() == made | {"name": "Harbor"}
    assert_problem(ruth.post("/customers", NEW), 400, "number")

    body = {"email": "Ana@harbor.example", "name": "Ana", "role": "customer_admin"}
    invited = ruth.post("/invitations", body | {"customer": made["id"]})
    assert invited.status_code == 201, invited.content
    assert (invited.json()["role"], invited.json()["customer"]) == ("customer_admin", made["id"])
    assert "token" not in invited.content.decode()
    assert_problem(ruth.post("/invitations", body | {"customer": made["id"]}), 409)
    assert_problem(caller(cast.nils).post(path, {"name": "x"}), 404)

    acts = [entry["action"] for entry in ruth.get("/audit").json()["items"]]
    assert acts[:3] == ["person.invited", "customer.changed", "customer.created"]
    (entry,) = ruth.get("/audit?action=customer.created").json()["items"]
    assert (entry["actor"], entry["details"]["number"]) == ("Ruth Lindqvist", "C-9")
    assert caller(cast.nils).get("/audit?action=customer.created").json()["items"] == []
    assert_problem(caller(cast.ruth, "customers:read").get("/audit"), 403)


def test_a_customers_administrator_limits_promotes_and_closes_a_colleague(cast: Cast) -> None:
    amit, elena = caller(cast.amit), seat_id(cast.elena)
    path = f"/people/{elena}/actions"
    body = {"sees": "sites", "sites": [cast.market_street.pk], "may_approve_changes": True}
    limited = amit.post(f"{path}/limit", body).json()
    assert (limited["sees"], limited["sites"]) == ("sites", [cast.market_street.pk])
    assert limited["may_approve_changes"] is True
    promoted = amit.post(f"{path}/role", {"role": "customer_admin"}).json()
    assert (promoted["role"], promoted["sees"]) == ("customer_admin", "all")
    handed = amit.post(f"{path}/hand-over", {"successor": seat_id(cast.amit)}).json()
    assert handed == {"person": {"id": elena, "name": "Elena Moreno"}, "handed_over": 0}
    assert amit.post(f"{path}/deactivate", {}).json()["is_active"] is False
    assert amit.post(f"{path}/reactivate", {}).json()["is_active"] is True
    amit.post(f"{path}/deactivate", {})
    last = f"/people/{seat_id(cast.amit)}/actions"
    assert_problem(caller(cast.ruth).post(f"{last}/deactivate", {}), 409)
    assert_problem(caller(cast.ruth).post(f"{last}/role", {"role": "customer_user"}), 409)
    with acting(cast.ruth):
        assert Membership.objects.get(pk=seat_id(cast.amit)).is_active


def test_all_data_of_a_customer_is_taken_out(cast: Cast) -> None:
    amit = caller(cast.amit)
    asked = amit.post(f"/customers/{cast.bayview.pk}/actions/takeout", {})
    assert (asked.status_code, asked.json()["state"]) == (201, "queued")
    finish_jobs()
    job = amit.get(f"/jobs/{asked.json()['id']}").json()
    assert job["state"] == "done"
    assert amit.get(f"/jobs/{job['id']}/file").status_code == 200
    assert_problem(amit.post(f"/customers/{cast.sutter.pk}/actions/takeout", {}), 404)
    assert_problem(caller(cast.nils).post(f"/customers/{cast.bayview.pk}/actions/takeout", {}), 404)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/customers", NEW | {"name": " "}, "name"),
        ("/customers", NEW | {"phone": "call me"}, "phone"),
        ("/customers", NEW | {"plan": "free"}, "plan"),
        ("/invitations", {"email": "x", "name": "X", "role": "technician"}, "email"),
        ("/invitations", {"email": "x@y.example", "name": "X", "role": "king"}, "role"),
        ("/invitations", {"email": "x@y.example", "name": "X", "role": "customer_user"}, "role"),
        (
            "/invitations",
            {"email": "x@y.example", "name": "X", "role": "technician", "customer": 10**12},
            "customer",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_added(
    cast: Cast, path: str, body: dict[str, Any], field: str
) -> None:
    assert_problem(caller(cast.ruth).post(path, body), 400, field)
    with acting(cast.ruth):
        assert (Customer.objects.count(), Invitation.objects.count()) == (2, 0)


def test_limits_that_cannot_be_are_refused(cast: Cast) -> None:
    ruth, path = caller(cast.ruth), f"/people/{seat_id(cast.elena)}/actions/limit"
    before = ruth.get("/people").json()
    for body, field in (
        ({"sees": "sites"}, "sites"),
        ({"sees": "sites", "sites": [999_999]}, "sites"),
        ({"sees": "all", "sites": [1]}, "sites"),
        ({"sees": "some"}, "sees"),
    ):
        assert_problem(ruth.post(path, body), 400, field)
    assert ruth.get("/people").json() == before


def test_only_who_may_manages_people(cast: Cast) -> None:
    omar = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.sutter, name="Omar")
    body = {"email": "x@y.example", "name": "X", "role": "customer_user"}
    for person in (cast.elena, cast.dana, cast.priya):
        assert_problem(caller(person).post("/invitations", body), 403)
        assert_problem(caller(person).post("/customers", NEW), 403)
    amit = caller(cast.amit)
    assert_problem(amit.post("/invitations", body | {"customer": cast.sutter.pk}), 400, "customer")
    assert_problem(amit.post(f"/people/{seat_id(omar)}/actions/deactivate", {}), 404)
    assert_problem(caller(cast.ruth, "people:read").post("/invitations", body), 403)
    assert_problem(
        caller(cast.nils).post(f"/people/{seat_id(cast.elena)}/actions/deactivate", {}), 404
    )


def test_an_invitation_is_sent_again_and_withdrawn(cast: Cast) -> None:
    amit = caller(cast.amit)
    body = {"email": "ana@bayview.example", "name": "Ana", "role": "customer_user"}
    made = amit.post("/invitations", body).json()
    path = f"/invitations/{made['id']}/actions"
    assert amit.post(f"{path}/resend", {}).json()["id"] == made["id"]
    assert_problem(caller(cast.nils).post(f"{path}/resend", {}), 404)
    assert amit.post(f"{path}/withdraw", {}).status_code == 200
    assert_problem(amit.post(f"{path}/withdraw", {}), 404)
    with acting(cast.amit):
        assert Invitation.objects.get(pk=made["id"]).withdrawn_at is not None


def test_a_customer_is_let_go_after_a_look_at_what_follows_and_kept(cast: Cast) -> None:
    ruth, path = caller(cast.ruth), f"/customers/{cast.bayview.pk}/actions"
    with acting(cast.ruth):
        now = database_now()
    last_day = (now + timedelta(days=30)).date().isoformat()
    asked = {"last_day": last_day, "closes_tickets": True}
    foreseen = ruth.post(f"{path}/leave/preview", asked).json()["consequences"]
    assert foreseen
    assert all(one["text"] for one in foreseen)
    gone = ruth.post(f"{path}/leave", asked).json()
    assert (gone["last_day"], gone["closes_tickets"], gone["has_left"]) == (last_day, True, False)
    assert_problem(ruth.post(f"{path}/leave", {"last_day": "2199-01-01"}), 400, "last_day")
    assert_problem(ruth.post(f"{path}/leave", {"last_day": "soon"}), 400, "last_day")
    assert_problem(caller(cast.nils).post(f"{path}/leave", asked), 404)
    assert ruth.post(f"{path}/keep", {}).json()["last_day"] is None
    acts = [entry["action"] for entry in ruth.get("/audit").json()["items"]]
    assert acts[:2] == ["customer.staying", "customer.leaving"]
