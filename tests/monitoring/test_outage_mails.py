"""What is told about outages is written from the notice alone, and what equipment says is text."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template import Context
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from calcom_portal.common.tenancy import database_now, provider_scope
from monitoring.models import Check
from monitoring.notices import KINDS
from notifications.bundles import Reader
from notifications.models import Notice
from tests.builders import build_contract, build_device, build_site
from tests.cast import Cast
from tests.monitoring.outages import build_check, follow, minute, seen, tickets, words_in
from tests.stage import DatabaseTime, acting, browser_of

pytestmark = pytest.mark.django_db
HOSTILE = "<b>503</b> *busy* [here](https://evil.example) `x`\n# head"


@pytest.fixture
def check(cast: Cast, database_time: DatabaseTime) -> Check:
    """The phone system's own check, covered."""
    database_time.set(minute(0))
    build_contract(cast.bayview, site=cast.market_street, clauses=["MONITOR"])
    return build_check(cast.phone_system)


def written(notice: Notice, *, html: bool = False) -> str:
    """Return a notice as it is mailed to Amit."""
    reader = Reader(
        "Amit Bhatt", "amit@people.example", ZoneInfo("America/Los_Angeles"), minute(40)
    )
    context = {
        "payload": notice.payload,
        "reader": reader,
        "provider_name": "CalCom",
        "portal_url": "https://portal.example",
    }
    template = notice.kind.replace("monitoring_", "monitoring/mail/")
    if html:
        return str(get_template(f"{template}.html").render(context))
    engine = get_template(f"{template}.txt").template  # type: ignore[attr-defined]
    return " ".join(str(engine.render(Context(context, autoescape=False))).split())


def newest(cast: Cast, kind: str) -> Notice:
    """Return the newest notice of a kind."""
    with provider_scope(provider_id=cast.calcom.pk):
        found: Notice = Notice.objects.filter(kind=f"monitoring_{kind}").latest("pk")
        return found


def test_every_kind_happens_and_is_written_without_asking_the_database(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    for start in range(1, 17, 4):
        seen(check, "sdru", start)
        follow(database_time, start + 3.5)
    harbour = build_device(build_site(cast.bayview, "Harbour"), "Gateway")
    seen(build_check(harbour), "sd", 30)
    follow(database_time, 32)
    with provider_scope(provider_id=cast.calcom.pk):
        notices = {notice.kind: notice for notice in Notice.objects.filter(kind__startswith="mon")}
        assert set(notices) == {kind.code for kind in KINDS}
        assert database_now() == minute(32)
        with CaptureQueriesContext(connection) as queries:
            texts = {kind: written(notice) for kind, notice in notices.items()}
            pages = [written(notice, html=True) for notice in notices.values()]
    assert len(queries) == 0
    for text in [*texts.values(), *pages]:
        assert "None" not in text
    assert "no ticket was opened and the customer was not told" in texts["monitoring_uncovered"]
    assert "comes and goes" in texts["monitoring_flapping"]


def test_the_customer_reads_what_was_noticed_and_what_is_promised(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1)
    follow(database_time, 3)
    text = written(newest(cast, "noticed"))
    assert "Main phone system at Market Street has been out since Mon 15 Jun, 10:01 PDT." in text
    assert "You need not report it: ticket CC-1001 is open." in text
    assert "We have promised an answer by Tue 16 Jun, 09:03 PDT." in text
    assert "does not count as a response" in text
    seen(check, "ru", 4)
    follow(database_time, 6)
    text = written(newest(cast, "recovered"))
    assert "answers again since Mon 15 Jun, 10:05 PDT." in text
    assert "It had been out since Mon 15 Jun, 10:01 PDT." in text
    assert "this ticket closes by itself, unless one of us has taken it up." in text


def test_what_equipment_says_is_shown_as_text(
    cast: Cast, check: Check, database_time: DatabaseTime
) -> None:
    seen(check, "sd", 1, words=HOSTILE)
    follow(database_time, 3)
    (ticket,) = tickets(cast)
    assert "<b>503" not in written(newest(cast, "outage"), html=True)
    page = browser_of(cast.elena).get(f"/tickets/{ticket.reference}/").content.decode()
    assert "&lt;b&gt;503&lt;/b&gt; *busy* [here](https://evil.example)" in page
    assert 'href="https://evil.example"' not in page
    assert "\n# head" not in words_in(ticket)[0]
    with acting(cast.dana):
        assert ticket.subject == "Main phone system does not answer (SIP)"
