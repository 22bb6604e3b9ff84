"""An invitation tells nobody whether an address is known elsewhere."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.capabilities import Role
from accounts.models import Membership
from tests.accounts.who import seat_id
from tests.builders import build_person
from tests.cast import Cast
from tests.stage import acting, browser_of


def invited(cast: Cast, email: str) -> tuple[int, str, list[str]]:
    """Invite an address from Bayview; return status, page and the statements that were sent."""
    browser = browser_of(cast.amit)
    data = {"name": "Noa Field", "email": email, "role": "customer_user", "reach": "all"}
    with CaptureQueriesContext(connection) as asked:
        answer: Any = browser.post(
            "/people/invite/", data | {"submission": str(uuid.uuid4())}, follow=True
        )
    page = answer.content.decode().replace(email, "ADDRESS")
    page = re.sub(r'(csrf\S+|value="[^"]{64}"|invitations/\d+|"X-CSRFToken": "\w+")', "", page)
    return answer.status_code, page, [shape_of(query["sql"]) for query in asked]


def shape_of(sql: str) -> str:
    """Return a statement without its values: what costs time."""
    return re.sub(r"\s+", " ", re.sub(r"'[^']*'|\bs\d+_x\d+\b|\b\d+\b", "?", sql))[:60]


def test_an_address_of_another_provider_behaves_as_any_new_one(cast: Cast) -> None:
    with acting(cast.nils):
        theirs = Membership.objects.get(pk=seat_id(cast.kim)).email
    new = invited(cast, "b" * len(theirs.split("@")[0]) + "@" + theirs.split("@")[1])
    known = invited(cast, theirs)
    assert known[0] == new[0] == 200
    assert "The invitation goes to ADDRESS" in known[1]
    # The list after the second one is a row longer; what was asked of the database is the same.
    assert known[2] == new[2]


def test_so_does_an_address_of_another_customer_of_the_same_provider(cast: Cast) -> None:
    theirs = build_person(cast.calcom, Role.CUSTOMER_USER, customer=cast.sutter, name="Lee Wong")
    with acting(cast.ruth):
        email = Membership.objects.get(pk=seat_id(theirs)).email
    assert invited(cast, email)[2] == invited(cast, "somebody.new@people.example")[2]
