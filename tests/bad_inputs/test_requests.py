"""Requests as no browser of ours would send them: too much, too often, badly made, elsewhere."""

from __future__ import annotations

import re
import time
import uuid
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.bad_inputs.door import Door
from tests.bad_inputs.doors import DOORS
from tests.bad_inputs.world import Seen, World, look, post, seen, send
from tickets.views import acts

OTHER_FORMS = (
    *("01", "1.0", "1e0", "-1", "+1", "0", "1_0", "1%20", "%EF%BC%91", "%D9%A1", "0x1", "1;1"),
    *("null", "9" * 19, "9" * 40, "1%0A"),
)
# Each address gets so many of a list, and the next one goes on where it stopped.
TURNS = 5
WITH_ID = (
    *("/people/{}/", "/people/{}/role/", "/people/{}/deactivate/", "/people/{}/reactivate/"),
    *("/invitations/{}/resend/", "/invitations/{}/withdraw/", "/keys/{}/revoke/"),
    *("/customers/{}/", "/customers/{}/edit/", "/sites/{}/", "/sites/{}/edit/"),
    *("/devices/{}/", "/devices/{}/edit/", "/devices/{}/retire/", "/contracts/{}/"),
    *("/contracts/{}/edit/", "/contracts/{}/sign/", "/contracts/{}/cancel/", "/calendars/{}/"),
    *("/calendars/{}/edit/", "/tiers/{}/", "/outbox/{}/", "/outbox/{}/retry/"),
    *("/outbox/alarms/{}/clear/", "/tickets/CC-1001/files/{}/"),
)
VERBS = (
    *("", "live/", "why/", "reply/", "note/", "claim/", "assign/", "hold/", "resume/", "call/"),
    *("priority/", "schedule/", "resolve/", "close/", "reopen/", "merge/", "unmerge/", "watch/"),
    *("unwatch/", "files/1/"),
)
REFERENCES = (
    *(
        "cc-1001",
        "CC-01001",
        "CC1001",
        "CC-1001%20",
        "CC-%EF%BC%91001",
        "CC-0",
        "CC-",
        "-1",
        "1001",
    ),
    *("CC-9999", "CC-" + "9" * 17, "%D0%A1%D0%A1-1001", "CC-1001;x", "..%2fCC-1001", "CC-1e3"),
)
BROKEN_ADDRESSES = ("{}%00", "{}%C3%28", "{}%C0%AE", "{}?q=%00", "{}?q=%FF", "{}?%ED%A0%80=1")
LISTS = (
    *("/queue/", "/queue/rows/", "/queue/customers/", "/tickets/", "/people/", "/customers/"),
    *("/sites/", "/devices/", "/contracts/", "/audit/", "/outbox/", "/tickets/new/"),
    *("/tickets/new/cover/", "/contracts/examples/", "/contracts/new/", "/keys/", "/calendars/"),
)
QUERIES = (
    *("_connector=OR 1=1", "order=-password", "fields=user__password", "q=' OR 1=1--", "q=%25"),
    *("q=%' AND pg_sleep(5)--", "user__password__startswith=a", "after=0", "after=-1", "page=1e9"),
    *("after=" + "9" * 18, "after=" + "9" * 40, "before=x", "after=1.5", "after=none.1", "q=\\"),
    *("after=" + "9" * 17 + ".1", "customer=-1", "customer=\u0661", "customer=x", "kind=x"),
    *("view=x", "clock=x", "tab=x", "priority=x", "show=x", "state=x", "retired=x", "site=x"),
    *("device=\u0661", "handset=x", "name=" + "y" * 900, "q=" + "z" * 900, "actor=\u202e"),
    *("calendar=" + "9" * 40, "emergency_respond_hours=1e309", "tier=1_0", "after=1&before=1"),
    *("q=a&q=b&q=c", "before=" + "9" * 18, "next=//evil.example"),
)
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "OPTIONS", "PROPFIND")
# What these do, they do once anyhow: their forms may come without a key.
KEYLESS = frozenset(acts.ACTS) | {"customer_edit", "time", "correct", "strike", "waive"}
KEYLESS |= {"ask", "answer"}
PART = b'--b\r\nContent-Disposition: form-data; name="text"'


def opened(world: World, browser: Client, name: str) -> tuple[str, dict[str, str]]:
    path, _, values = next(door for door in DOORS if door.name == name).opened(world, browser)
    return path, values


def body_of(answer: Seen, path: str) -> str:
    """Return the page without what it says of its own address."""
    return answer.html.replace(path, "")


def test_an_id_in_another_form_is_an_address_that_does_not_exist(world: World) -> None:
    with world.browser("ruth") as browser:
        nowhere, forms = look(browser, "/nothing/at/all/"), cycle(OTHER_FORMS)
        for pattern in WITH_ID:
            for written in islice(forms, TURNS):
                path = pattern.format(written)
                answer = look(browser, path)
                assert answer.status == 404, (path, answer.status)
                assert answer.told.split() == nowhere.told.split(), path


def test_what_is_absent_and_what_is_another_providers_look_the_same(world: World) -> None:
    names = world.names
    theirs = {"customers": names["stranger"], "sites": names["their_site"]}
    theirs |= {"devices": names["their_device"], "calendars": names["their_calendar"]}
    with world.browser("ruth") as browser:
        for pattern in WITH_ID:
            kind = pattern.split("/")[1]
            absent = seen_either(browser, pattern.format("9" * 18))
            assert absent.status == 404, pattern
            if kind in theirs:
                hidden = seen_either(browser, pattern.format(theirs[kind]))
                assert (hidden.status, hidden.told) == (404, absent.told), pattern
        for verb in VERBS:
            absent = seen_either(browser, f"/tickets/CC-9999/{verb}")
            hidden = seen_either(browser, f"/tickets/{names['their_ref']}/{verb}")
            assert (absent.status, hidden.status) == (404, 404), verb
            assert hidden.told == absent.told, verb


def seen_either(browser: Client, path: str) -> Seen:
    """Read the address, or post to it where it is only posted to."""
    answer = look(browser, path)
    return send(browser, path, {}) if answer.status == 405 else answer


def test_a_reference_in_another_form_is_an_address_that_does_not_exist(world: World) -> None:
    with world.browser("ruth") as browser:
        for verb in VERBS[:4]:
            for written in REFERENCES:
                answer = look(browser, f"/tickets/{written}/{verb}")
                assert answer.status == 404, (written, verb, answer.status)


def test_an_address_that_is_no_text_is_refused(world: World) -> None:
    with world.browser("ruth") as browser:
        for path in ("/", "/tickets/", "/people/", "/account/login/", "/healthz", "/nothing/"):
            for broken in BROKEN_ADDRESSES:
                address = broken.format(path)
                started = time.monotonic()
                answer = seen(browser.get(address, RAW_URI=address), started)
                assert answer.status == 400, (address, answer.status)
                assert "address" in answer.told, address


def test_words_in_the_address_of_a_list_are_words_or_are_refused(world: World) -> None:
    before, queries = world.state(), cycle(QUERIES)
    with world.browser("ruth") as browser:
        for path in LISTS:
            for query in islice(queries, TURNS):
                pairs = [pair.partition("=")[::2] for pair in query.split("&")]
                address = f"{path}?{urlencode(pairs)}"
                answer = look(browser, address)
                assert answer.status in (200, 303, 400, 404, 422), (address, answer.status)
                assert answer.seconds < 1, (address, answer.seconds)
                assert answer.status < 400 or answer.told.strip(), address
                assert "argon2" not in answer.html
        assert world.state() == before


def test_other_methods_are_refused_and_no_header_overrides_one(world: World) -> None:
    before = world.state()
    forms = [door.path for door in DOORS if door.who == "ruth"][::3]
    pages = (*forms, "/queue/", "/tickets/{ref}/")
    with world.browser("ruth") as browser:
        for pattern in pages:
            path = world.path(pattern)
            for method in METHODS:
                answer = browser.generic(method, path, b"name=x")
                assert answer.status_code == 405, (method, path, answer.status_code)
                assert "GET" in answer["Allow"], (method, path)
            for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
                shown = look(browser, path, **{header: "DELETE"})
                assert shown.status == 200, (header, path)
        assert world.state() == before


@pytest.mark.parametrize(
    ("count", "name"), [(501, "field{}"), (1_001, "field{}"), (10_000, "scopes"), (10_000, "kind")]
)
def test_more_fields_than_any_form_has_are_refused(world: World, count: int, name: str) -> None:
    before = world.state()
    for door in (door for door in DOORS if door.name in ("api_key", "notices", "hold")):
        with world.browser(door.who) as browser:
            path, _, values = door.opened(world, browser)
            many = [(name.format(number), "on") for number in range(count)]
            body = urlencode([*values.items(), *many], doseq=True).encode()
            answer = send(browser, path, body)
            assert answer.status == 400, door.name
            assert "could not be read" in answer.told
            assert world.state() == before


def test_a_name_that_comes_twice_counts_as_its_last_value(world: World) -> None:
    with world.browser("dana") as browser:
        path, values = opened(world, browser, "hold")
        twice = urlencode([*values.items(), ("reason", "first"), ("reason", "second")]).encode()
        assert send(browser, path, twice).status == 303
        with world.browser("dana") as other:
            shown = look(other, world.path("/tickets/{ref}/"))
        assert "second" in shown.html
        assert "first" not in shown.page.alerts


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=a b\x00", b"--a"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--b"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="text"'),
        (
            "multipart/form-data; boundary=b",
            PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--",
        ),
        (
            "multipart/form-data; boundary=b",
            PART + b"\r\n\r\n\xc3(\r\n--b--\r\n",
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="te\x00xt"\r\n\r\nx\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b; charset=hex",
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n6869\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b; charset=utf-16",
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--b--\r\n',
        ),
        ("application/x-www-form-urlencoded; charset=utf-16", b"text=x"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=+ADw-script+AD4-"),
        ("application/x-www-form-urlencoded; charset=zip", b"text=x"),
        ("application/json", b'{"text": "x"}'),
        ("text/plain", b"text=x"),
        ("image/png", b"\x89PNG\xff\xfe"),
        ("", b"text=x"),
    ],
)
def test_a_body_of_another_type_writes_nothing(world: World, kind: str, body: bytes) -> None:
    before = world.state()
    for name in ("reply", "customer_new"):
        door: Door = next(door for door in DOORS if door.name == name)
        with world.browser(door.who) as browser:
            answer = post(browser, world.path(door.path), body, kind)
            assert answer.status in (200, 400, 422), (name, kind, answer.status)
            assert answer.status != 400 or answer.told.strip(), (name, kind)
            assert world.state() == before


def test_a_submission_key_that_is_none_is_refused_with_words(world: World) -> None:
    before = world.state()
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
            if "submission" not in form.fields:
                continue
            for key in ("9" * 300,) if door.name in KEYLESS else ("", "9" * 300):
                with world.browser(door.who) as browser:
                    answer = send(browser, path, values | {"submission": key})
                    assert answer.status in (400, 422), (door.name, key, answer.status)
                    assert answer.told.strip(), (door.name, key)
                    assert world.state() == before, (door.name, key)


def test_a_form_sent_again_counts_once_and_shows_what_the_first_one_made(world: World) -> None:
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
            if "submission" not in form.fields or path.endswith(("/edit/", "/publish/")):
                continue
            first = send(browser, path, values)
            rows = world.state()
            again = send(browser, path, values)
            assert first.status == door.done, (door.name, first.told)
            assert again.status == 303, (door.name, again.status)
            if door.done == 303:
                assert again.location == first.location, door.name
            assert world.state() == rows, door.name


def test_a_form_sent_again_with_other_words_is_refused(world: World) -> None:
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
            names = [name for name in form.of_kind("text", "textarea") if not door.is_strict(name)]
            if "submission" not in form.fields or path.endswith("/edit/") or not names:
                continue
            assert send(browser, path, values).status == door.done
            rows = world.state()
            again = send(browser, path, values | {names[0]: "Something else"})
            assert again.status in (409, 422), (door.name, again.status)
            assert re.search("already sent|cannot be done", again.html), (door.name, again.told)
            assert world.state() == rows, door.name
            fresh = values | {names[0]: "Something else", "submission": str(uuid.uuid4())}
            if door.name in ("reply", "note"):
                assert send(browser, path, fresh).status == 303
