"""Companies open a provider by themselves, and strangers learn nothing from it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.ask_sign_up import ask_sign_up
from accounts.actions.confirm_sign_up import confirm_sign_up
from accounts.models import Membership, OperatorEntry, Provider, SignUp, User
from accounts.sign_up import NoSignUp, TooManyTries, place_of
from accounts.sign_up_letters import send_sign_up_letters
from accounts.tidying import forget_sign_ups
from calcom_portal.common.errors import RuleBroken
from calcom_portal.common.tenancy import provider_scope, system_scope
from tests.accounts.who import user_id
from tests.builders import PASSWORD, build_password
from tests.cast import Cast
from tests.stage import DatabaseTime, browser_of

HARBOR = {"company": "Harbor Voice", "name": "Hana Ito", "email": "hana@harborvoice.example"}


@pytest.fixture(autouse=True)
def sign_up_is_open(settings: Any) -> None:
    settings.SIGN_UP_OPEN = True


@pytest.fixture
def asked(db: None) -> str:
    """Ask as Harbor Voice; give the path of the link in the letter."""
    ask_sign_up(**HARBOR, address="203.0.113.7")
    return newest_link()


def newest_link() -> str:
    send_sign_up_letters()
    found = re.search(r"/sign-up/confirm/[0-9a-f]{64}/", str(mail.outbox[-1].body))
    assert found
    return found[0]


def token(path: str) -> str:
    return path.split("/")[3]


def email_of(cast: Cast) -> str:
    return User.objects.get(pk=user_id(cast.elena)).email


def test_a_company_opens_its_portal_and_lands_in_its_first_hour(client: Client, cast: Cast) -> None:
    assert client.post("/sign-up/", HARBOR)["Location"] == "/sign-up/sent/"
    path = newest_link()
    assert "Harbor Voice" in client.get(path).content.decode()
    answer = client.post(path, {"name": "Hana Ito", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/first-hour/")
    page = client.get("/first-hour/").content.decode()
    assert "2 of 7 steps are done" in page
    with system_scope("a test looks at the new provider"):
        harbor = Provider.objects.get(name="Harbor Voice")
        assert (harbor.plan_name, harbor.reference_prefix) == ("Trial", "HV")
        person = Membership.objects.get(provider_id=harbor.pk)
    assert (person.role, person.email) == ("provider_admin", "hana@harborvoice.example")
    entry = OperatorEntry.objects.get()
    assert (entry.action, entry.actor, entry.tenant) == (
        "provider.signed_up",
        "Sign-up",
        harbor.pk,
    )


def test_nothing_exists_before_the_link_is_opened(asked: str, client: Client) -> None:
    client.get(asked)
    assert not User.objects.exists()
    with system_scope("a test counts"):
        assert not Provider.objects.exists()


def test_the_answer_is_the_same_for_known_and_unknown_addresses_and_names(
    client: Client, cast: Cast
) -> None:
    answers = []
    for email, company in (
        (email_of(cast), "New"),
        ("new@new.example", "New"),
        ("other@new.example", "CalCom"),
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/sign-up/", HARBOR | {"email": email, "company": company})
        answers.append((answer.status_code, answer["Location"], answer.content, len(queries)))
        newest_link()
    assert len(set(answers)) == 1
    assert len({letter.subject for letter in mail.outbox}) == 1


def test_what_a_stranger_typed_is_not_in_the_letter(db: None) -> None:
    ask_sign_up(
        company="Buy at evil.example",
        name="http://evil.example",
        email="victim@people.example",
        address="203.0.113.7",
    )
    newest_link()
    assert "evil" not in mail.outbox[-1].message().as_string()


def test_somebody_with_an_account_signs_in_to_begin(client: Client, cast: Cast) -> None:
    build_password(cast.elena)
    ask_sign_up(company="Elena Networks", name="E", email=email_of(cast), address="203.0.113.7")
    path = newest_link()
    assert "has an account already" in client.get(path).content.decode()
    assert client.post(path, {"name": "X", "password": "another sentence"}).status_code == 409
    with pytest.raises(RuleBroken):
        confirm_sign_up(token=token(path), name="X", password="another sentence")
    assert browser_of(cast.dana).post(path).status_code == 409
    own = browser_of(cast.elena)
    assert own.post(path)["Location"] == "/first-hour/"
    assert "Elena Networks" in own.get("/first-hour/").content.decode()
    assert User.objects.get(pk=user_id(cast.elena)).check_password(PASSWORD)


def test_a_link_is_good_once_and_for_a_day(
    client: Client, db: None, database_time: DatabaseTime
) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    ask_sign_up(**HARBOR, address="203.0.113.7")
    path = newest_link()
    database_time.set(start + timedelta(hours=23, minutes=59))
    assert client.get(path).status_code == 200
    database_time.set(start + timedelta(hours=24))
    late = client.get(path)
    database_time.set(start)
    confirm_sign_up(token=token(path), name="Hana", password=PASSWORD)
    used, made_up = client.get(path), client.get(f"/sign-up/confirm/{'0' * 64}/")
    assert {answer.status_code for answer in (late, used, made_up)} == {404}
    assert len({re.sub(r"csrf\S+", "", one.content.decode()) for one in (late, used, made_up)}) == 1
    with pytest.raises(NoSignUp):
        confirm_sign_up(token=token(path), name="Hana", password=PASSWORD)


def test_the_link_is_not_in_the_row(asked: str) -> None:
    row = SignUp.objects.get()
    assert token(asked) not in (row.nonce, row.token_hash)


def test_one_place_may_ask_ten_times_an_hour_whatever_the_cache_does(
    client: Client, db: None, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    for number in range(10):
        client.post("/sign-up/", HARBOR | {"email": f"a{number}@new.example"})
    answer = client.post("/sign-up/", HARBOR)
    assert answer.status_code == 429
    assert SignUp.objects.count() == 10
    with pytest.raises(TooManyTries):
        ask_sign_up(**HARBOR, address="127.0.0.1")
    ask_sign_up(**HARBOR, address="203.0.113.7")


def test_an_address_gets_three_letters_a_day_and_nobody_is_told(
    db: None, database_time: DatabaseTime
) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    for number in range(5):
        ask_sign_up(**HARBOR, address=f"203.0.113.{number}")
        send_sign_up_letters()
    assert len(mail.outbox) == 3
    database_time.set(start + timedelta(hours=25))
    ask_sign_up(**HARBOR, address="203.0.113.9")
    send_sign_up_letters()
    assert len(mail.outbox) == 4


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::"),
    ],
)
def test_a_network_counts_as_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


def test_a_letter_that_could_not_leave_is_tried_again(
    db: None, database_time: DatabaseTime, settings: Any
) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    ask_sign_up(**HARBOR, address="203.0.113.7")
    settings.EMAIL_BACKEND = "tests.accounts.test_sign_up.DeadBackend"
    assert send_sign_up_letters() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_sign_up_letters() == 0, "somebody may still be at it"
    database_time.set(start + timedelta(minutes=3))
    assert send_sign_up_letters() == 1
    assert send_sign_up_letters() == 0


class DeadBackend:
    """A mail server that is away."""

    def __init__(self, **_: Any) -> None:
        pass

    def send_messages(self, _: Any) -> int:
        raise OSError("away")


@pytest.mark.parametrize(
    ("field", "value"),
    [("company", ""), ("company", "\u3164"), ("name", "a\nb"), ("email", "x@y"), ("email", "")],
)
def test_a_bad_sign_up_is_refused_on_its_field(
    client: Client, db: None, field: str, value: str
) -> None:
    answer = client.post("/sign-up/", HARBOR | {field: value})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not SignUp.objects.exists()


def test_where_it_is_closed_there_is_nothing(client: Client, db: None, settings: Any) -> None:
    ask_sign_up(**HARBOR, address="203.0.113.7")
    path = newest_link()
    settings.SIGN_UP_OPEN = False
    for address in ("/sign-up/", "/sign-up/sent/", path):
        assert client.get(address).status_code == 404
    assert client.post(path, {"name": "Hana", "password": PASSWORD}).status_code == 404
    assert "sign-up" not in client.get("/account/login/").content.decode()


def test_two_providers_may_have_the_same_name(asked: str) -> None:
    first = confirm_sign_up(token=token(asked), name="Hana", password=PASSWORD)
    ask_sign_up(**HARBOR | {"email": "other@harbor.example"}, address="203.0.113.7")
    second = confirm_sign_up(token=token(newest_link()), name="Other", password=PASSWORD)
    with system_scope("a test looks at both"):
        rows = Provider.objects.filter(pk__in=(first.provider_id, second.provider_id))
        assert {row.name for row in rows} == {"Harbor Voice"}
        assert len({row.slug for row in rows}) == 2


def test_of_two_who_open_the_link_at_once_one_founds(committed_db: None) -> None:
    ask_sign_up(**HARBOR, address="203.0.113.7")
    link = token(newest_link())
    results: list[str] = []

    def confirm() -> None:
        try:
            confirm_sign_up(token=link, name="Hana", password=PASSWORD)
            results.append("founded")
        except NoSignUp:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["founded", "refused"]
    with system_scope("a test counts"):
        assert Provider.objects.count() == 1


def test_old_sign_ups_are_forgotten(db: None, database_time: DatabaseTime) -> None:
    start = database_time.set("2026-06-15T16:00:00+00:00")
    ask_sign_up(**HARBOR, address="203.0.113.7")
    database_time.set(start + timedelta(days=8))
    assert forget_sign_ups() == 1


def test_the_founder_is_in_the_own_trail(asked: str) -> None:
    person = confirm_sign_up(token=token(asked), name="Hana", password=PASSWORD)
    with provider_scope(provider_id=person.provider_id):
        assert Membership.objects.get().name == "Hana"
