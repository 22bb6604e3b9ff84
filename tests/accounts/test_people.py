"""Inviting people, their roles and their access."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.actions import (
    change_profile,
    change_role,
    deactivate_person,
    invite_person,
    reactivate_person,
    resend_invitation,
    withdraw_invitation,
)
from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.invite_person import invite_with_link
from accounts.capabilities import Role
from accounts.models import AuditEntry, Customer, Invitation, Membership, User
from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, Missing, NotAllowed, RuleBroken
from notifications.models import Notice
from tests.accounts.who import seat_id, user_id
from tests.builders import PASSWORD, build_password, build_person
from tests.cast import Cast
from tests.stage import DatabaseTime, acting, browser_of

NEW = "new.colleague@bayview.example"


def invite(cast: Cast, actor: Viewer, *, role: str = Role.CUSTOMER_USER, email: str = NEW) -> str:
    """Invite somebody to Bayview and return the path of the link."""
    with acting(actor):
        bayview = Customer.objects.get(pk=cast.bayview.pk)
        return invite_with_link(
            email=email, name="Noa Field", role=role, customer=bayview, actor=actor
        )[1]


def token(path: str) -> str:
    return path.split("/")[2]


def person(cast: Cast, viewer: Viewer) -> Membership:
    with acting(cast.ruth):
        return Membership.objects.get(pk=seat_id(viewer))


def test_an_invited_person_sets_a_password_and_is_in(client: Client, cast: Cast) -> None:
    path = invite(cast, cast.amit)
    assert "Join <bdi>Bayview Dental Group</bdi>" in client.get(path).content.decode()
    answer = client.post(path, {"name": "Noa Field", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Noa Field" in client.get("/profile/").content.decode()
    with acting(cast.ruth):
        noa = Membership.objects.get(email=NEW)
        assert (noa.role, noa.customer_id, noa.is_active) == (
            "customer_user",
            cast.bayview.pk,
            True,
        )
        assert AuditEntry.objects.get(action="invitation.accepted").actor_name == "Noa Field"


def test_the_invitation_travels_through_the_outbox_without_its_secret(cast: Cast) -> None:
    path = invite(cast, cast.amit)
    with acting(cast.ruth):
        notice = Notice.objects.get(kind="invitation")
        invitation = Invitation.objects.get()
    assert (notice.recipient_id, notice.address) == (None, NEW)
    assert token(path) not in str(notice.payload)
    assert token(path) not in invitation.token_hash


def test_a_used_link_is_gone(client: Client, cast: Cast) -> None:
    path = invite(cast, cast.amit)
    client.post(path, {"name": "Noa Field", "password": PASSWORD})
    assert Client().get(path).status_code == 404
    with pytest.raises(Missing):
        accept_invitation(token=token(path), name="Again", password=PASSWORD)


def test_links_that_cannot_be_used_all_look_the_same(
    client: Client, cast: Cast, database_time: DatabaseTime
) -> None:
    withdrawn, resent = invite(cast, cast.amit), invite(cast, cast.amit, email="b@bayview.example")
    used = invite(cast, cast.amit, email="c@bayview.example")
    client.post(used, {"name": "C", "password": PASSWORD})
    with acting(cast.amit):
        withdraw_invitation(invitation=Invitation.objects.get(email=NEW), actor=cast.amit)
        other = Invitation.objects.get(email="b@bayview.example")
        resend_invitation(invitation=other, actor=cast.amit)
    mine = invite(cast, cast.amit, email="d@bayview.example")
    made_up = [
        f"/invitation/{text}/"
        for text in ("0", "null", "x" * 64, token(mine).upper(), token(mine)[:-1])
    ]
    answers = [Client().get(path) for path in (withdrawn, resent, used, *made_up)]
    assert {answer.status_code for answer in answers} == {404}
    texts = {re.sub(r"csrf\S+", "", answer.content.decode()) for answer in answers}
    assert len(texts) == 1


def test_a_link_is_good_for_seven_days(
    client: Client, cast: Cast, database_time: DatabaseTime
) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    path = invite(cast, cast.amit)
    database_time.set(start + timedelta(days=7) - timedelta(seconds=1))
    assert client.get(path).status_code == 200
    database_time.set(start + timedelta(days=7))
    assert client.get(path).status_code == 404


def test_somebody_with_an_account_signs_in_and_joins_with_it(client: Client, cast: Cast) -> None:
    sam = person(cast, cast.sam)
    path = invite(cast, cast.amit, email=sam.email)
    assert "has an account already" in client.get(path).content.decode()
    assert client.post(path, {"name": "X", "password": PASSWORD}).status_code == 409
    build_password(cast.sam)
    assert User.objects.get(email=sam.email).check_password(PASSWORD)
    browser = browser_of(cast.sam)
    assert browser.post(path).status_code == 303
    assert "Bayview Dental Group" in browser.get("/profile/").content.decode()
    assert browser.get("/seat/?choose=1").status_code == 200


def test_somebody_else_cannot_use_the_link_of_a_known_person(cast: Cast) -> None:
    path = invite(cast, cast.amit, email=person(cast, cast.sam).email)
    browser = browser_of(cast.dana)
    assert "signed in with another account" in browser.get(path).content.decode()
    assert browser.post(path).status_code == 409


def test_a_weak_password_at_the_invitation_is_refused(client: Client, cast: Cast) -> None:
    path = invite(cast, cast.amit)
    answer = client.post(path, {"name": "Noa", "password": "password123"})
    assert answer.status_code == 422
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("who", ["elena", "dana", "priya"])
def test_only_administrators_invite(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        invite(cast, getattr(cast, who))


def test_an_administrator_of_a_customer_invites_to_the_own_company_only(cast: Cast) -> None:
    with acting(cast.amit):
        for customer in (None, cast.sutter):
            with pytest.raises(NotAllowed):
                invite_person(
                    email=NEW, name="N", role="technician", customer=customer, actor=cast.amit
                )


def test_a_role_of_the_other_kind_of_company_is_refused(cast: Cast) -> None:
    with pytest.raises(BadInput):
        invite(cast, cast.amit, role=Role.PROVIDER_ADMIN)
    with acting(cast.ruth), pytest.raises(BadInput):
        invite_person(email=NEW, name="N", role="customer_user", customer=None, actor=cast.ruth)


def test_nobody_is_invited_twice(cast: Cast) -> None:
    invite(cast, cast.amit)
    with pytest.raises(RuleBroken, match="open invitation already"):
        invite(cast, cast.amit, email=NEW.upper())
    with pytest.raises(RuleBroken, match="in the company already"):
        invite(cast, cast.amit, email=person(cast, cast.elena).email)


def test_a_form_sent_twice_invites_once(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    data = {
        "name": "Noa",
        "email": NEW,
        "role": "customer_user",
        "reach": "all",
        "submission": str(uuid.uuid4()),
    }
    answers = [browser.post("/people/invite/", data) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, "/people/")
    ] * 2
    with acting(cast.ruth):
        assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "email", ["a@b", "a@b.com\nBcc: x@y.example", "аdmin@bayview.example", "x" * 300 + "@a.example"]
)
def test_a_bad_address_is_refused_on_its_field(cast: Cast, email: str) -> None:
    data = {
        "name": "Noa",
        "email": email,
        "role": "customer_user",
        "reach": "all",
        "submission": str(uuid.uuid4()),
    }
    answer = browser_of(cast.amit).post("/people/invite/", data)
    assert answer.status_code == 422
    with acting(cast.ruth):
        assert not Invitation.objects.exists()


def test_invitations_are_resent_and_withdrawn_from_the_list(cast: Cast) -> None:
    first = invite(cast, cast.amit)
    browser = browser_of(cast.amit)
    assert NEW in browser.get("/people/").content.decode()
    with acting(cast.amit):
        pk = Invitation.objects.get().pk
    browser.post(f"/invitations/{pk}/resend/")
    assert Client().get(first).status_code == 404
    browser.post(f"/invitations/{pk}/withdraw/")
    assert browser.post(f"/invitations/{pk}/resend/").status_code == 404
    with acting(cast.ruth):
        assert Notice.objects.filter(kind="invitation").count() == 2


def test_a_rival_cannot_touch_an_invitation(cast: Cast) -> None:
    invite(cast, cast.amit)
    with acting(cast.amit):
        pk = Invitation.objects.get().pk
    assert browser_of(cast.nils).post(f"/invitations/{pk}/withdraw/").status_code == 404
    with acting(cast.amit):
        assert Invitation.objects.get().withdrawn_at is None


def test_a_role_is_changed_and_recorded(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    answer = browser.post(f"/people/{cast.elena.membership_id}/role/", {"role": "customer_admin"})
    assert answer.status_code == 303
    assert person(cast, cast.elena).role == "customer_admin"
    with acting(cast.ruth):
        assert "customer_user" in AuditEntry.objects.get(action="person.role_changed").body


def test_nobody_becomes_staff_by_a_forged_form(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    answer = browser.post(f"/people/{cast.elena.membership_id}/role/", {"role": "provider_admin"})
    assert answer.status_code == 422
    assert person(cast, cast.elena).role == "customer_user"


def test_the_last_administrator_stays(cast: Cast) -> None:
    for viewer in (cast.amit, cast.ruth):
        with acting(viewer):
            me = Membership.objects.get(pk=seat_id(viewer))
            with pytest.raises(RuleBroken, match="last administrator"):
                deactivate_person(person=me, actor=viewer)
            lower = Role.CUSTOMER_USER if viewer.is_customer else Role.TECHNICIAN
            with pytest.raises(RuleBroken, match="last administrator"):
                change_role(person=me, role=lower, actor=viewer)
    assert person(cast, cast.amit).is_active


def test_one_of_two_administrators_can_go(cast: Cast) -> None:
    build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.bayview)
    with acting(cast.amit):
        me = Membership.objects.get(pk=seat_id(cast.amit))
        assert deactivate_person(person=me, actor=cast.amit).is_active is False


def test_access_is_closed_with_its_consequence_shown_and_opened_again(cast: Cast) -> None:
    browser, path = browser_of(cast.amit), f"/people/{cast.elena.membership_id}/"
    page = browser.get(f"{path}deactivate/").content.decode()
    assert "Takes effect at once" in page
    assert person(cast, cast.elena).is_active
    browser.post(f"{path}deactivate/")
    assert not person(cast, cast.elena).is_active
    browser.post(f"{path}reactivate/")
    assert person(cast, cast.elena).is_active


def test_staff_without_the_right_cannot_manage_people(cast: Cast) -> None:
    with acting(cast.dana):
        elena = Membership.objects.get(pk=seat_id(cast.elena))
        for act in (deactivate_person, reactivate_person):
            with pytest.raises(NotAllowed):
                act(person=elena, actor=cast.dana)


def test_a_profile_is_the_same_in_every_company(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True), acting(cast.elena):  # type: ignore[operator]
        change_profile(
            name="Elena M.", zone="Europe/Berlin", phone="+16195550100", actor=cast.elena
        )
    row = person(cast, cast.elena)
    assert (row.name, row.zone, row.phone) == ("Elena M.", "Europe/Berlin", "+16195550100")
    user = User.objects.get(pk=user_id(cast.elena))
    assert (user.name, user.zone) == ("Elena M.", "Europe/Berlin")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\u3164"),
        ("name", "x" * 121),
        ("name", "a\nb"),
        ("zone", "Mars/Base"),
        ("phone", "call me"),
    ],
)
def test_a_bad_profile_is_refused_and_nothing_changes(cast: Cast, field: str, value: str) -> None:
    data = {"name": "Elena", "zone": "Europe/Berlin", "phone": ""} | {field: value}
    assert browser_of(cast.elena).post("/profile/", data).status_code == 422
    assert person(cast, cast.elena).name == "Elena Moreno"


def test_people_are_searched_in_either_unicode_form(cast: Cast) -> None:
    build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.bayview, name="Åsa Öberg")
    page = browser_of(cast.amit).get("/people/", {"q": "A\u030asa"}).content.decode()
    assert "Åsa Öberg" in page
    assert "Elena Moreno" not in page


@pytest.mark.parametrize(
    "text", ["' OR 1=1--", "%' AND pg_sleep(5)--", "_connector=OR 1=1", "%", "_"]
)
def test_a_search_is_taken_literally(cast: Cast, text: str) -> None:
    page = browser_of(cast.amit).get("/people/", {"q": text})
    assert page.status_code == 200
    assert "Nobody found" in page.content.decode()
