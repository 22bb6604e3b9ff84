"""What administrators of both sides read about contracts."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context
from django.template.loader import get_template

from accounts.capabilities import Role
from calcom_portal.common.tenancy import database_now
from contracts.actions import Side, give_notice, seed_catalogue
from contracts.models import Calendar
from contracts.renewals import Renewal
from contracts.sweeps import sweep_contracts
from notifications.bundles import Reader
from notifications.models import Notice
from tests.builders import build_person
from tests.cast import Cast
from tests.contracts.life import BY_HAND, FOUR_HOURS, YEARLY, amended, signed
from tests.stage import DatabaseTime, acting


@pytest.fixture
def seeded(cast: Cast, database_time: DatabaseTime) -> Cast:
    """Give a cast with a catalogue, an administrator at Sutter Freight, on 15 Jun 2026."""
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.ruth):
        Calendar.objects.update(is_default=False, name="Old hours")
        seed_catalogue(actor=cast.ruth)
    build_person(cast.calcom, Role.CUSTOMER_ADMIN, customer=cast.sutter, name="Bo <Ortiz>")
    return cast


def written(cast: Cast, kind: str) -> tuple[str, str]:
    """Return the newest mail of a kind to Sutter, as text and as HTML."""
    with acting(cast.ruth):
        notice = Notice.objects.filter(kind=kind, recipient__name="Bo <Ortiz>").latest("pk")
        reader = Reader("Bo Ortiz", "bo@people.example", "UTC", database_now())  # type: ignore[arg-type]
        context = {
            "payload": notice.payload,
            "reader": reader,
            "provider_name": "CalCom",
            "portal_url": "https://portal.example",
        }
        engine = get_template(f"contracts/mail/{kind}.txt").template  # type: ignore[attr-defined]
        text = str(engine.render(Context(context, autoescape=False)))
        html = get_template(f"contracts/mail/{kind}.html").render(context)
    assert "None" not in text
    return text, html


def test_an_amendment_is_told_line_by_line(seeded: Cast) -> None:
    contract = signed(seeded)
    amended(seeded, contract, date(2026, 7, 1), targets=FOUR_HOURS)
    text, html = written(seeded, "contract_changed")
    line = "Emergency: we respond within 4 business hours (before: within 8 business hours)."
    assert f"- {line}" in text
    assert f"<li>{line}</li>" in html
    assert f"contract {contract.number} of Sutter Freight" in text


@pytest.mark.parametrize(
    ("renewal", "day", "words"),
    [
        (
            YEARLY,
            "2026-11-02",
            "then renews by itself for 12 months. Whoever does not want that gives notice by 1 Dec",
        ),
        (
            BY_HAND,
            "2026-10-03",
            "nothing is covered by it after that day. The last day for notice is 1 Dec 2026.",
        ),
        (Renewal(), "2026-12-02", "runs until 31 Dec 2026. It does not renew by itself"),
    ],
)
def test_a_reminder_says_what_happens_if_nobody_does_anything(
    seeded: Cast, database_time: DatabaseTime, renewal: Renewal, day: str, words: str
) -> None:
    signed(seeded, renewal=renewal)
    database_time.set(f"{day}T17:00:00+00:00")
    sweep_contracts()
    text, html = written(seeded, "contract_reminder")
    assert words in text
    assert "31 Dec 2026" in html


def test_after_notice_a_reminder_says_that_it_ends(
    seeded: Cast, database_time: DatabaseTime
) -> None:
    contract = signed(seeded, renewal=YEARLY)
    with acting(seeded.ruth):
        give_notice(
            contract=contract,
            side=Side.CUSTOMER,
            given_on=date(2026, 6, 15),
            reason="They <b>move</b>.",
            actor=seeded.ruth,
        )
    text, html = written(seeded, "contract_changed")
    assert "Reason: They <b>move</b>." in text
    assert "They &lt;b&gt;move" in html
    database_time.set("2026-12-02T17:00:00+00:00")
    sweep_contracts()
    text, _ = written(seeded, "contract_reminder")
    assert "ends on 31 Dec 2026. After that day nothing is covered by it." in text
