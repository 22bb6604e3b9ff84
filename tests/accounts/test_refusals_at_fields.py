"""A refusal about people stands in the form that asked for it, at its field; nothing changed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import Invitation, Membership
from accounts.viewer import Viewer
from tests.accounts.who import seat_id
from tests.cast import Cast
from tests.stage import acting, browser_of
from tests.tickets.web.helpers import text_of

pytestmark = pytest.mark.django_db
LAST = "{name} is the last administrator of the company. Make somebody else an administrator first."


def admin_of(cast: Cast, who: str) -> Viewer:
    viewer: Viewer = getattr(cast, who)
    return viewer


def role_and_access(viewer: Viewer) -> tuple[str, bool]:
    with acting(viewer):
        found = Membership.objects.get(pk=seat_id(viewer))
    return found.role, found.is_active


@pytest.mark.parametrize(("who", "lower"), [("amit", "customer_user"), ("ruth", "technician")])
def test_the_last_administrator_keeps_the_role_and_the_form_says_why(
    cast: Cast, who: str, lower: str
) -> None:
    admin = admin_of(cast, who)
    before = role_and_access(admin)
    answer = browser_of(admin).post(f"/people/{admin.membership_id}/role/", {"role": lower})
    assert answer.status_code == 422
    assert answer.context["role_form"].errors == {"role": [LAST.format(name=admin.name)]}
    assert LAST.format(name=admin.name) in text_of(answer)
    assert role_and_access(admin) == before


@pytest.mark.parametrize("who", ["amit", "ruth"])
def test_the_last_administrator_keeps_the_access_and_the_form_says_why(
    cast: Cast, who: str
) -> None:
    admin = admin_of(cast, who)
    before = role_and_access(admin)
    answer = browser_of(admin).post(f"/people/{admin.membership_id}/deactivate/")
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"successor": [LAST.format(name=admin.name)]}
    assert LAST.format(name=admin.name) in text_of(answer)
    assert role_and_access(admin) == before


def test_inviting_a_colleague_again_is_refused_at_the_address(cast: Cast) -> None:
    form = {"email": "new@bayview.example", "name": "Nia", "role": "customer_user", "reach": "all"}
    browser = browser_of(cast.amit)

    def send(email: str) -> list[str]:
        data = form | {"email": email, "submission": str(uuid4())}
        answer = browser.post("/people/invite/", data)
        if answer.status_code == 303:
            return []
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["email"]
        assert email in text_of(answer)
        return list(answer.context["form"].errors["email"])

    with acting(cast.amit):
        elena = Membership.objects.get(pk=seat_id(cast.elena))
    assert send(elena.email) == [
        f"{elena.name} ({elena.email}) is in the company already. They can sign in."
    ]
    assert send("new@bayview.example") == []
    assert send("new@bayview.example") == [
        "new@bayview.example has an open invitation already. Send it again from the list of people."
    ]
    with acting(cast.amit):
        assert Invitation.objects.count() == 1


def test_inviting_an_address_of_another_provider_is_taken_like_any_other(cast: Cast) -> None:
    with acting(cast.nils):
        email = Membership.objects.get(pk=seat_id(cast.nils)).email
    data = {"email": email, "name": "X", "role": "technician", "submission": str(uuid4())}
    answer = browser_of(cast.ruth).post("/people/invite/", data)
    assert answer.status_code == 303
    with acting(cast.ruth):
        assert Invitation.objects.get().email == email
