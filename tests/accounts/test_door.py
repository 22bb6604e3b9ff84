"""Who comes through the door of a page."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.capabilities import Role
from accounts.models import Customer, Membership, User
from calcom_portal.common.tenancy import provider_scope
from tests.accounts.who import seat_id, user_id
from tests.builders import build_customer
from tests.cast import Cast
from tests.stage import acting, browser_of

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=a"}


def test_strangers_are_sent_to_sign_in_and_come_back(client: Client, cast: Cast) -> None:
    answer = client.get("/people/?q=a")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/account/login/?next=%2Fpeople%2F%3Fq%3Da",
    )


def test_htmx_is_told_to_go_to_sign_in_and_swaps_nothing(client: Client, cast: Cast) -> None:
    answer = client.get("/people/", headers=HTMX)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["HX-Redirect"] == "/account/login/?next=%2Fpeople%2F%3Fq%3Da"


@pytest.mark.parametrize(
    "path", ["/people/", "/customers/", "/keys/", "/audit/", "/customers/new/"]
)
def test_a_customers_user_may_not_and_reads_why(cast: Cast, path: str) -> None:
    answer = browser_of(cast.elena).get(path)
    assert answer.status_code == 403
    assert "You may not do this" in answer.content.decode()


def test_one_company_needs_no_choice(cast: Cast) -> None:
    assert browser_of(cast.amit).get("/people/").status_code == 200


def test_a_person_of_two_companies_chooses_and_can_change(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    second = _join(cast, cast.sutter, Role.CUSTOMER_USER)
    answer = browser.get("/people/")
    assert answer["Location"] == "/seat/?next=%2Fpeople%2F"
    page = browser.get(answer["Location"]).content.decode()
    assert "Bayview Dental Group" in page
    assert "Sutter Freight" in page
    chosen = {"membership": second.pk, "next": "/profile/"}
    answer = browser.post("/seat/", chosen)
    assert (answer.status_code, answer["Location"]) == (303, "/profile/")
    page = browser.get("/profile/").content.decode()
    assert "Sutter Freight" in page
    assert "Work for another company" in page
    assert browser.get("/people/").status_code == 403


def test_a_seat_of_somebody_else_cannot_be_taken(cast: Cast) -> None:
    answer = browser_of(cast.elena).post("/seat/", {"membership": cast.ruth.membership_id})
    assert answer.status_code == 404


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_choice_of_a_company_never_leads_elsewhere(cast: Cast, url: str) -> None:
    data = {"membership": cast.elena.membership_id, "next": url}
    assert browser_of(cast.elena).post("/seat/", data)["Location"] == "/"


def test_closed_access_works_on_the_next_click_and_is_explained(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    assert browser.get("/people/").status_code == 200
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.amit)).update(is_active=False)
    assert browser.get("/people/")["Location"] == "/seat/?next=%2Fpeople%2F"
    answer = browser.get("/seat/")
    assert answer.status_code == 403
    assert "You have no access here now" in answer.content.decode()


def test_people_of_an_inactive_customer_have_no_seat(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    with acting(cast.ruth):
        Customer.objects.filter(pk=cast.bayview.pk).update(is_active=False)
    assert browser.get("/people/").status_code == 302
    assert browser.get("/seat/").status_code == 403


def test_a_changed_role_counts_from_the_next_click(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    assert browser.get("/people/").status_code == 200
    with acting(cast.ruth):
        Membership.objects.filter(pk=seat_id(cast.amit)).update(role=Role.CUSTOMER_USER.value)
    assert browser.get("/people/").status_code == 403


def test_account_pages_keep_the_frame_of_the_company(cast: Cast) -> None:
    browser = browser_of(cast.amit)
    browser.get("/people/")
    page = browser.get("/account/mfa/").content.decode()
    assert "Bayview Dental Group" in page
    assert 'href="/people/"' in page


@pytest.mark.parametrize(
    "path",
    ["/people/0/", "/people/01/", "/people/１/", "/people/1e0/", "/people/9999999/", "/people/x/"],
)
def test_an_id_has_one_spelling_and_the_rest_is_absent(cast: Cast, path: str) -> None:
    assert browser_of(cast.amit).get(path).status_code == 404


def test_a_person_of_a_rival_looks_like_nobody(cast: Cast) -> None:
    ids = (cast.sam.membership_id, cast.nora.membership_id, cast.dana.membership_id, 9_999_999)
    browser = browser_of(cast.amit)
    bodies = [browser.get(f"/people/{pk}/") for pk in ids]
    assert [body.status_code for body in bodies] == [404] * 4
    problems = {
        body.content.decode().split('role="alert"')[1].split("</div>")[0] for body in bodies
    }
    assert len(problems) == 1


def _join(cast: Cast, customer: Customer, role: Role) -> Membership:
    user = User.objects.get(pk=user_id(cast.amit))
    with provider_scope(provider_id=cast.calcom.pk):
        return Membership.objects.create(
            provider=cast.calcom,
            customer=customer,
            user=user,
            role=role.value,
            name=user.name,
            email=user.email,
        )


def test_an_invented_customer_is_not_found_for_invitations(cast: Cast) -> None:
    build_customer(cast.calcom, "Harbor Hotel")
    browser = browser_of(cast.ruth)
    for wrong in ("0x1", "９", "999999", str(cast.northline_customer.pk)):
        assert browser.get(f"/people/invite/?customer={wrong}").status_code == 404
