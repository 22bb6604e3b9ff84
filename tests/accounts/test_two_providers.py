"""Two providers share nothing, not even the existence of an e-mail address."""

from __future__ import annotations

import io
import json
import re
import time
from zipfile import ZipFile

import pytest
from django.core import mail
from django.test import Client

from accounts.actions import create_customer, invite_person
from accounts.actions.invite_person import invite_with_link
from accounts.actions.suspend_provider import suspend_provider
from accounts.models import Customer, Invitation, Job, JobState, Membership, Provider, User
from accounts.operators import PORTAL
from accounts.provider_job import KIND
from accounts.provider_takeout import write_provider_takeout
from accounts.tasks import run_jobs
from calcom_portal.common.tenancy import provider_scope
from tests.accounts.who import user_id
from tests.builders import build_password
from tests.cast import Cast
from tests.stage import acting, browser_of


def email_of(cast: Cast) -> str:
    return User.objects.get(pk=user_id(cast.elena)).email


def test_the_same_names_and_numbers_stand_in_both(cast: Cast) -> None:
    for admin in (cast.ruth, cast.nils):
        with acting(admin):
            create_customer(name="Twin Bakery", number="T-1", actor=admin)
            assert Customer.objects.filter(number="T-1").count() == 1


def test_an_invitation_says_nothing_about_an_address_that_another_provider_knows(
    cast: Cast,
) -> None:
    answers = []
    for email in (email_of(cast), "new@fjord.example"):
        browser = browser_of(cast.nils)
        data = {"name": "N", "email": email, "role": "technician"}
        form = browser.get("/people/invite/").context["form"]
        answer = browser.post("/people/invite/", data | {"submission": form["submission"].value()})
        page = browser.get(answer["Location"]).content.decode()
        answers.append((answer.status_code, answer["Location"], page.count(email)))
    assert answers[0] == answers[1]


def test_the_same_person_in_both_is_two_people_for_everybody_else(cast: Cast) -> None:
    elena = User.objects.get(pk=user_id(cast.elena))
    with acting(cast.nils):
        _, link = invite_with_link(
            email=elena.email,
            name="E. at Northline",
            role="technician",
            customer=None,
            actor=cast.nils,
        )
    browser_of(cast.elena).post(link)
    with acting(cast.nils):
        there = Membership.objects.get(email=elena.email)
        assert there.role == "technician"
    with acting(cast.ruth):
        here = Membership.objects.get(email=elena.email)
        assert (here.pk, here.role) == (cast.elena.membership_id, "customer_user")
    for admin, own, others in ((cast.ruth, here, there), (cast.nils, there, here)):
        browser = browser_of(admin)
        assert browser.get(f"/people/{own.pk}/").status_code == 200
        assert browser.get(f"/people/{others.pk}/").status_code == 404


def test_an_address_can_be_invited_by_both_at_once(cast: Cast) -> None:
    for admin in (cast.ruth, cast.nils):
        with acting(admin):
            invite_person(
                email="both@people.example", name="B", role="technician", customer=None, actor=admin
            )
            assert Invitation.objects.get().email == "both@people.example"


def test_a_reset_answers_the_same_for_every_address(client: Client, cast: Cast) -> None:
    pages = []
    for email in (email_of(cast), "nobody@people.example"):
        answer = client.post("/account/password/reset/", {"email": email}, follow=True)
        pages.append((answer.status_code, re.sub(r"csrf\S+", "", answer.content.decode())))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 1


def test_a_sign_in_takes_as_long_for_an_unknown_address_as_for_a_known_one(
    client: Client, cast: Cast
) -> None:
    build_password(cast.elena)

    def seconds(email: str) -> float:
        began = time.perf_counter()
        client.post("/account/login/", {"login": email, "password": "not the right sentence"})
        return time.perf_counter() - began

    seconds("warm@people.example")
    known, unknown = seconds(email_of(cast)), seconds("nobody@people.example")
    # Hashing a password takes far longer than all the rest: it must be done for both.
    assert unknown > known / 4
    assert known > unknown / 4


@pytest.mark.parametrize("who", ["ruth", "nils"])
def test_a_take_out_holds_all_of_one_provider_and_nothing_of_another(cast: Cast, who: str) -> None:
    admin = getattr(cast, who)
    with provider_scope(provider_id=admin.provider_id):
        file = io.BytesIO()
        rows, _ = write_provider_takeout(file, Provider.objects.get(), lambda *_: None)
    with ZipFile(file) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    data = {name: json.loads(text) for name, text in texts.items()}
    assert sum(len(part) for part in data.values() if isinstance(part, list)) == rows
    customers = {row["name"] for row in data["data/accounts_customer.json"]}
    assert customers == (
        {"Bayview Dental Group", "Sutter Freight"} if who == "ruth" else {"Fjord Foods"}
    )
    others = "Fjord" if who == "ruth" else "Bayview"
    assert not any(others in text for text in texts.values())
    assert not any("token_hash" in text or "secret_hash" in text for text in texts.values())
    assert not any('"user_id"' in text for text in texts.values())


def test_an_administrator_starts_the_take_out_also_while_suspended(cast: Cast) -> None:
    suspend_provider(provider_id=cast.calcom.pk, because="Not paid", operator=PORTAL)
    answer = browser_of(cast.ruth).post("/provider/take-out/")
    assert answer.status_code == 303
    assert re.fullmatch(r"/jobs/[0-9]+/", answer["Location"])
    with acting(cast.ruth):
        job = Job.objects.get()
    assert (job.kind, job.state) == (KIND, JobState.QUEUED)
    assert run_jobs() == job.pk
    with acting(cast.ruth):
        job = Job.objects.get()
    assert (job.state, job.file_name) == (JobState.DONE, "calcom.zip")
    answer = browser_of(cast.ruth).get(f"/jobs/{job.pk}/file/")
    assert answer.status_code == 200
