"""The outbox, the settings and the demo's mail, as people meet them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Membership
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import provider_scope, system_scope
from notifications.alarms import raise_alarm
from notifications.kinds import Audience
from notifications.models import Notice, OperatorAlarm
from notifications.sending import send_notices
from tests.cast import Cast
from tests.notifications.drafts import (
    ALERT,
    NEWS,
    NOTE,
    address_of,
    alarms,
    change,
    draft_for,
    notices,
    queue,
    queue_for,
    states,
)
from tests.notifications.smtp_sink import Sink
from tests.stage import browser_of

OUTBOX = "/outbox/"
SETTINGS = "/profile/notices/"


def body(viewer: Viewer, url: str) -> str:
    answer = browser_of(viewer).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_outbox_shows_what_waits_what_went_and_what_did_not(cast: Cast, sink: Sink) -> None:
    queue_for(cast.elena, "e:1")
    assert "Elena Moreno" in body(cast.ruth, OUTBOX)
    send_notices()
    assert "Nothing waits" in body(cast.ruth, OUTBOX)
    assert "Elena Moreno" in body(cast.ruth, f"{OUTBOX}?tab=sent")
    change(notices()[0], state="dead", last_error="550 no such user")
    assert "550 no such user" in body(cast.ruth, f"{OUTBOX}?tab=dead")


def test_the_outbox_goes_on_over_pages_without_gaps(cast: Cast) -> None:
    queue(*[draft_for(cast.elena, f"e:{n}") for n in range(120)], provider_id=cast.calcom.pk)
    browser = browser_of(cast.ruth)
    seen: list[int] = []
    url = OUTBOX
    while url:
        context = browser.get(url).context
        seen += [row.pk for row, _ in context["rows"]]
        url, last = context["pager"].next_url, url
    assert seen == sorted((notice.pk for notice in notices()), reverse=True)
    back = browser.get(last).context["pager"].previous_url
    assert [row.pk for row, _ in browser.get(back).context["rows"]] == seen[50:100]


@pytest.mark.parametrize("query", ["tab=nonsense", "before=x", "before=-1", "after=9" + "9" * 40])
def test_a_nonsense_address_shows_the_newest(cast: Cast, query: str) -> None:
    queue_for(cast.elena)
    assert "Elena Moreno" in body(cast.ruth, f"{OUTBOX}?{query}")


def test_the_outbox_takes_the_same_few_queries_for_any_number_of_rows(cast: Cast) -> None:
    browser = browser_of(cast.ruth)
    browser.get(OUTBOX)
    counts = []
    for number in (1, 40):
        drafts = [draft_for(cast.elena, f"e:{number}:{n}") for n in range(number)]
        queue(*drafts, provider_id=cast.calcom.pk)
        with CaptureQueriesContext(connection) as queries:
            browser.get(OUTBOX)
        counts.append(len(_selects(queries)))
    assert counts[0] == counts[1] <= 8


def _selects(queries: CaptureQueriesContext) -> list[str]:
    words = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in words if sql.startswith("SELECT") and "set_config" not in sql]


def test_only_administrators_see_the_outbox(cast: Cast) -> None:
    notice = queue_for(cast.elena)
    for viewer in (cast.elena, cast.amit, cast.dana, cast.priya):
        for url in (OUTBOX, f"{OUTBOX}{notice.pk}/"):
            assert browser_of(viewer).get(url).status_code == 403
        assert browser_of(viewer).post(f"{OUTBOX}{notice.pk}/retry/").status_code == 403


def test_a_rivals_outbox_is_empty_and_our_messages_do_not_exist_there(cast: Cast) -> None:
    notice = queue_for(cast.elena)
    change(notice, state="dead")
    for tab in ("waiting", "sent", "dead", "muted"):
        assert "Elena" not in body(cast.nils, f"{OUTBOX}?tab={tab}")
    browser = browser_of(cast.nils)
    ours = browser.get(f"{OUTBOX}{notice.pk}/")
    absent = browser.get(f"{OUTBOX}999999/")
    assert ours.status_code == absent.status_code == 404
    words = [
        (one.context["problem"].message, one.context["problem"].remedy) for one in (ours, absent)
    ]
    assert words[0] == words[1]
    assert browser.post(f"{OUTBOX}{notice.pk}/retry/").status_code == 404
    assert states() == ["dead"]


def test_a_message_shows_its_words_and_every_try_but_no_link_that_lets_in(
    cast: Cast, sink: Sink
) -> None:
    sink.at_recipient["*"] = "450 busy"
    notice = queue_for(cast.dana, kind=ALERT, payload={"text": "Deadline missed <b>"})
    send_notices()
    text = body(cast.ruth, f"{OUTBOX}{notice.pk}/")
    assert "[CC-1042] No dial tone" in text
    assert "Deadline missed &lt;b&gt;" in text
    assert "450 busy" in text
    assert "/acknowledge/" not in text


def test_sending_again_starts_afresh_and_is_written_down(cast: Cast, sink: Sink) -> None:
    notice = queue_for(cast.elena)
    change(notice, state="dead", attempts=8, last_error="550 no such user")
    answer = browser_of(cast.ruth).post(f"{OUTBOX}{notice.pk}/retry/")
    assert (answer.status_code, answer["Location"]) == (303, f"{OUTBOX}{notice.pk}/")
    (row,) = notices()
    assert (row.state, row.attempts, row.last_error) == ("ready", 0, "")
    assert send_notices() == 1
    with provider_scope(provider_id=cast.calcom.pk):
        entry = AuditEntry.objects.get(action="notice.retried")
        assert entry.actor_name == "Ruth Lindqvist"


def test_what_was_sent_cannot_be_sent_again(cast: Cast) -> None:
    notice = queue_for(cast.elena)
    change(notice, state="sent")
    assert browser_of(cast.ruth).post(f"{OUTBOX}{notice.pk}/retry/").status_code == 409
    assert states() == ["sent"]


def test_an_alarm_stands_on_the_outbox_until_somebody_dealt_with_it(cast: Cast) -> None:
    with system_scope("a test arranges"):
        for _ in range(2):
            raise_alarm(cast.calcom.pk, "mail-server", "Mail server", "Nobody answers.")
        alarm = OperatorAlarm.objects.get()
    assert "Nobody answers." in body(cast.ruth, OUTBOX)
    assert "Nobody answers." not in body(cast.nils, OUTBOX)
    url = f"{OUTBOX}alarms/{alarm.pk}/clear/"
    assert browser_of(cast.nils).post(url).status_code == 404
    assert browser_of(cast.priya).post(url).status_code == 403
    assert alarms() == [("mail-server", "Mail server")]
    assert browser_of(cast.ruth).post(url).status_code == 303
    assert alarms() == []
    assert "Nobody answers." not in body(cast.ruth, OUTBOX)


def test_a_person_turns_kinds_off_and_on_again(cast: Cast) -> None:
    browser = browser_of(cast.elena)
    browser.post(SETTINGS, {"kind": []})
    assert NEWS.code in muted(cast.elena)
    browser.post(SETTINGS, {"kind": [NEWS.code]})
    assert NEWS.code not in muted(cast.elena)
    assert muted(cast.amit) == []


def test_what_must_arrive_is_shown_as_always_on_and_cannot_be_turned_off(cast: Cast) -> None:
    text = body(cast.elena, SETTINGS)
    assert "Always sent: somebody has to answer it." in text
    browser_of(cast.elena).post(SETTINGS, {"kind": []})
    assert not {ALERT.code, NOTE.code} & set(muted(cast.elena))


def test_a_choice_survives_for_kinds_that_the_page_does_not_know(cast: Cast) -> None:
    with system_scope("a test arranges"):
        people = Membership.objects.filter(pk=cast.elena.membership_id or 0)
        people.update(notices={"muted": ["of_another_release"], "other": 1})
    browser_of(cast.elena).post(SETTINGS, {"kind": [NEWS.code]})
    with system_scope("a test looks"):
        notices_of = people.get().notices
    assert notices_of["other"] == 1
    assert "of_another_release" in notices_of["muted"]


def muted(viewer: Viewer) -> list[str]:
    with system_scope("a test looks"):
        person = Membership.objects.get(pk=viewer.membership_id or 0)
        return list(person.notices.get("muted", []))


@pytest.fixture
def demo(settings: Any) -> None:
    """Run as the demo: mail goes into a folder."""
    settings.PORTAL_DEMO = True
    settings.EMAIL_BACKEND = "notifications.channels.folder.FolderBackend"


def test_the_demos_mail_can_be_read_by_administrators_of_that_provider(
    cast: Cast, demo: None
) -> None:
    queue_for(cast.elena, "e:1", payload={"url": "/tickets/CC-1042/"})
    queue_for(cast.kim, "e:2")
    assert send_notices() == 2
    browser = browser_of(cast.ruth)
    (found,) = browser.get("/mail/").context["mails"]
    assert found.subject == "[CC-1042] No dial tone"
    url = reverse("demo_mail_message", args=[found.name])
    page = browser.get(url).content.decode()
    assert 'href="http://127.0.0.1:8000/tickets/CC-1042/"' in page
    file = browser.get(reverse("demo_mail_file", args=[found.name]))
    assert file["Content-Disposition"].startswith("attachment")
    assert b"Content-Type: text/html" in file.content
    assert browser_of(cast.nils).get(url).status_code == 404
    assert browser_of(cast.priya).get(url).status_code == 403
    assert browser_of(cast.elena).get("/mail/").status_code == 403


def test_mail_about_sign_in_is_shown_where_the_person_is_a_member(cast: Cast, demo: None) -> None:
    mail.send_mail("Reset", "a link", "service@calcom.example", [address_of(cast.kim)])
    assert [one.subject for one in _demo_mails(cast.nils)] == ["Reset"]
    assert _demo_mails(cast.ruth) == []


def _demo_mails(viewer: Viewer) -> list[Any]:
    return list(browser_of(viewer).get("/mail/").context["mails"])


def test_the_demos_mail_goes_on_over_pages(cast: Cast, demo: None) -> None:
    queue(*[draft_for(cast.elena, f"e:{n}") for n in range(60)], provider_id=cast.calcom.pk)
    send_notices()
    browser = browser_of(cast.ruth)
    first = browser.get("/mail/").context
    second = browser.get(first["pager"].next_url).context
    names = [one.name for one in (*first["mails"], *second["mails"])]
    assert len(set(names)) == 60
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("name", ["../1/x", "..%2f..%2fetc%2fpasswd", "0000", "a" * 29])
def test_no_name_leads_out_of_the_folder(cast: Cast, demo: None, name: str) -> None:
    assert browser_of(cast.ruth).get(f"/mail/{name}/").status_code == 404


def test_outside_the_demo_there_is_no_mail_to_read(cast: Cast) -> None:
    assert browser_of(cast.ruth).get("/mail/").status_code == 404


def test_nobody_reads_anything_without_signing_in(cast: Cast, client: Any) -> None:
    notice: Notice = queue_for(cast.elena)
    for url in (OUTBOX, f"{OUTBOX}{notice.pk}/", SETTINGS):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


def test_the_settings_offer_what_the_person_may_get_and_nothing_else(
    cast: Cast, kinds_of_the_tests: dict[str, Any]
) -> None:
    for audience in Audience:
        kind = replace(NEWS, code=f"for_{audience}", audience=audience)
        kinds_of_the_tests[kind.code] = kind
    staff, customers = body(cast.ruth, SETTINGS), body(cast.elena, SETTINGS)
    assert [f'value="for_{audience}"' in staff for audience in Audience] == _seen("staff")
    assert [f'value="for_{audience}"' in customers for audience in Audience] == _seen("customers")


def _seen(audience: str) -> list[bool]:
    return [one in ("everyone", audience) for one in Audience]
