"""Customers, the audit trail, and the pages of both."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import change_customer, create_customer
from accounts.audit import record, verify_audit
from accounts.models import AuditEntry, Customer
from calcom_portal.common.errors import BadInput, NotAllowed
from tests.builders import build_customer
from tests.cast import Cast
from tests.races import all_at_once
from tests.stage import acting, browser_of


def form(**changes: str) -> dict[str, str]:
    data = {"name": "Harbor Hotel", "number": "H-1", "phone": "", "is_active": "on"}
    return data | {"submission": str(uuid.uuid4())} | changes


def test_a_customer_is_taken_on_once_however_often_the_form_comes(cast: Cast) -> None:
    browser, data = browser_of(cast.ruth), form(phone="(619) 555-0100")
    first, second = (browser.post("/customers/new/", data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    page = browser.get(first["Location"]).content.decode()
    assert "Harbor Hotel" in page
    assert "+1 619 555 0100" in page
    with acting(cast.ruth):
        assert Customer.objects.filter(number="H-1").count() == 1


def test_a_taken_number_is_said_on_its_field(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    answer = browser.post("/customers/new/", form(number=cast.bayview.number))
    assert answer.status_code == 422
    assert (
        f"Bayview Dental Group has the number {cast.bayview.number} already."
        in answer.content.decode()
    )
    answer = browser.post(f"/customers/{cast.sutter.pk}/edit/", form(number=cast.bayview.number))
    assert answer.status_code == 422


def test_of_four_who_choose_one_number_at_once_three_are_told(committed_cast: Cast) -> None:
    cast = committed_cast

    def create() -> Customer:
        with acting(cast.ruth):
            return create_customer(name="Harbor Hotel", number="H-1", actor=cast.ruth)

    kinds = sorted(type(answer).__name__ for answer in all_at_once([create] * 4))
    assert kinds == ["BadInput"] * 3 + ["Customer"]


def test_a_rival_may_use_the_same_number(cast: Cast) -> None:
    with acting(cast.nils):
        other = create_customer(name="Other", number=cast.bayview.number, actor=cast.nils)
    assert other.number == cast.bayview.number
    assert other.provider_id != cast.bayview.provider_id


@pytest.mark.parametrize(
    "changes", [{"name": "\u200b"}, {"name": "x" * 161}, {"number": "a\nb"}, {"phone": "x"}]
)
def test_bad_master_data_changes_nothing(cast: Cast, changes: dict[str, str]) -> None:
    answer = browser_of(cast.ruth).post(f"/customers/{cast.bayview.pk}/edit/", form(**changes))
    assert answer.status_code == 422
    with acting(cast.ruth):
        assert Customer.objects.get(pk=cast.bayview.pk).name == "Bayview Dental Group"


def test_a_change_is_saved_and_recorded_with_what_changed(cast: Cast) -> None:
    with acting(cast.ruth):
        change_customer(
            customer=cast.bayview,
            name="Bayview Dental",
            number=cast.bayview.number,
            phone="",
            is_active=True,
            actor=cast.ruth,
        )
        entry = AuditEntry.objects.get(action="customer.changed")
    assert '"name":"Bayview Dental"' in entry.body
    assert "number" not in entry.body


def test_only_administrators_change_customers_and_all_staff_see_them(cast: Cast) -> None:
    with acting(cast.priya), pytest.raises(NotAllowed):
        create_customer(name="x", number="x", actor=cast.priya)
    browser = browser_of(cast.dana)
    assert browser.get(f"/customers/{cast.bayview.pk}/").status_code == 200
    assert browser.get(f"/customers/{cast.bayview.pk}/edit/").status_code == 403
    assert browser.get(f"/customers/{cast.northline_customer.pk}/").status_code == 404


def test_the_list_goes_on_by_key_there_and_back(cast: Cast) -> None:
    for number in range(60):
        build_customer(cast.calcom, f"Shop {number:02}")
    browser = browser_of(cast.dana)
    first = browser.get("/customers/")
    names = [row.name for row in first.context["customers"]]
    assert (len(names), names[0]) == (50, "Bayview Dental Group")
    second = browser.get(first.context["pager"].next_url)
    assert [row.name for row in second.context["customers"]][-1] == "Sutter Freight"
    assert second.context["pager"].next_url == ""
    back = browser.get(second.context["pager"].previous_url)
    assert [row.name for row in back.context["customers"]] == names
    assert back.context["pager"].previous_url == ""


@pytest.mark.parametrize("anchor", ["0", "x", "９", "999999999", "1" * 40])
def test_a_made_up_page_of_a_list_does_not_exist(cast: Cast, anchor: str) -> None:
    assert browser_of(cast.dana).get("/customers/", {"after": anchor}).status_code == 404


def test_a_list_asks_as_much_for_many_as_for_few(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    browser.get("/customers/")
    for number in range(20):
        build_customer(cast.calcom, f"Shop {number:02}")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/customers/")
    asked = [query["sql"] for query in queries if "accounts_customer" in query["sql"]]
    assert len(asked) <= 2


def test_the_trail_is_shown_newest_first_and_filtered(cast: Cast) -> None:
    with acting(cast.ruth):
        for number in range(3):
            record(cast.ruth, "test.counted", f"thing {number}", seen=number)
    browser = browser_of(cast.ruth)
    lines = browser.get("/audit/", {"action": "test."}).context["lines"]
    assert [line.subject for line in lines] == ["thing 2", "thing 1", "thing 0"]
    assert browser.get("/audit/", {"actor": "nobody"}).context["lines"] == []


def test_the_page_says_whether_the_chain_holds(cast: Cast) -> None:
    with acting(cast.ruth):
        record(cast.ruth, "test.done", "something")
    page = browser_of(cast.ruth).get("/audit/?verify=1").content.decode()
    assert "The chain holds" in page


def test_a_forged_entry_breaks_the_chain_at_its_number(cast: Cast) -> None:
    with acting(cast.ruth):
        for number in range(3):
            record(cast.ruth, "test.counted", f"thing {number}")
        count = AuditEntry.objects.count()
        AuditEntry.objects.create(
            provider_id=cast.calcom.pk,
            number=count + 1,
            at=AuditEntry.objects.first().at,  # type: ignore[union-attr]
            actor_name="Mallory",
            action="test.forged",
            subject="x",
            body="{}",
            previous="0" * 64,
            digest="0" * 64,
        )
        broken = verify_audit(cast.calcom.pk)
    assert broken is not None
    assert (broken.number, broken.why) == (count + 1, "the row does not follow the one before it")


def test_a_provider_is_founded_with_a_link_for_its_first_administrator(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import CommandError, call_command  # noqa: PLC0415

    words = ["create_provider", "Acme", "--slug=acme", "--prefix=AC", "--mail-from=s@acme.example"]
    words += ["--admin-email=ann@acme.example", "--admin-name=Ann"]
    call_command(*words)
    link = capsys.readouterr().out.split("8000")[1].strip()
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.post(link, {"name": "Ann", "password": "a calm sentence for Acme"})
    assert client.get("/keys/").status_code == 200
    with pytest.raises(CommandError, match="There is a provider acme already"):
        call_command(*words)


def test_bad_input_of_a_customer_names_the_field(cast: Cast) -> None:
    with acting(cast.ruth), pytest.raises(BadInput) as refused:
        create_customer(name="x", number=cast.bayview.number, actor=cast.ruth)
    assert refused.value.field == "number"
