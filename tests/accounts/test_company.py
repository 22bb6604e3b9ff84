"""The provider's letterhead."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from accounts.actions import change_company
from accounts.letterhead import Letterhead, letterhead_of
from accounts.models import AuditEntry, Provider
from calcom_portal.common.errors import NotAllowed
from tests.cast import Cast
from tests.stage import acting, browser_of

FORM = {
    "name": "CalCom Service",
    "address": " 500 Howard Street \n\nSan Francisco ",
    "phone": "(415) 555-0100",
    "email": "Hello@calcom.example",
    "website": "calcom.example",
}


def test_an_admin_changes_the_letterhead_and_the_trail_says_what(cast: Cast) -> None:
    answer = browser_of(cast.ruth).post("/company/", FORM)
    assert answer.status_code == 303
    with acting(cast.ruth):
        provider = Provider.objects.get(pk=cast.calcom.pk)
        entry = AuditEntry.objects.order_by("-number")[0]
    assert letterhead_of(provider) == {
        "name": "CalCom Service",
        "lines": ["500 Howard Street", "San Francisco"],
        "phone": "+1 415 555 0100",
        "email": "hello@calcom.example",
        "website": "calcom.example",
        "logo": "",
    }
    assert entry.action == "company.changed"
    assert '"website":"calcom.example"' in entry.body.replace(" ", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("address", "\n".join("abcdefg")),
        ("address", "x" * 401),
        ("phone", "12"),
        ("email", "nobody"),
        ("website", "two\nlines"),
    ],
)
def test_a_bad_field_is_named_and_nothing_changes(cast: Cast, field: str, value: str) -> None:
    answer = browser_of(cast.ruth).post("/company/", FORM | {field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error' in answer.content.decode()
    with acting(cast.ruth):
        assert Provider.objects.get(pk=cast.calcom.pk).name == "CalCom"


def test_a_technician_may_not(cast: Cast) -> None:
    with acting(cast.dana), pytest.raises(NotAllowed):
        change_company(letterhead=Letterhead("Mine"), actor=cast.dana)


def test_the_database_lets_staff_change_nothing_else_of_the_provider(cast: Cast) -> None:
    with acting(cast.ruth), pytest.raises(ProgrammingError, match="permission denied"):
        Provider.objects.update(slug="other")


def test_the_page_asks_few_questions(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    browser.get("/company/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/company/")
    assert len(queries) <= 8
