"""deploy/Caddyfile in a real Caddy: what it keeps off the workers, and out of its log."""

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from tests.deploy.caddy import Proxy, running_caddy, validated

SECRET = "b7d1f0c2"
MEGABYTE = 1_000_000
LARGEST = 32 * MEGABYTE - 1
TOO_LARGE = 33 * MEGABYTE


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running_caddy(tmp_path_factory.mktemp("caddy")) as running:
        yield running


def ask(proxy: Proxy, url: str, *, verb: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=15)
    connection.request(verb, url, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_caddy_accepts_the_file(tmp_path: Path) -> None:
    checked = validated(tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert "Valid configuration" in checked.stderr + checked.stdout


@pytest.mark.parametrize(
    "url",
    [
        reverse("accept_invitation", args=[SECRET]),
        reverse("acknowledge", args=[f"MQ:{SECRET}"]),
        reverse("account_reset_password_from_key", args=["1a", f"x-{SECRET}"]),
    ],
)
def test_links_that_let_somebody_in_are_not_logged(proxy: Proxy, url: str) -> None:
    assert SECRET in url
    ask(proxy, f"{url}?next=/", Referer=f"https://portal.example.com{url}")
    first = url.split("/")[1]
    assert SECRET not in proxy.logged(f'"uri":"/{first}/')


def test_other_addresses_are_logged_as_they_are(proxy: Proxy) -> None:
    ask(proxy, "/tickets/CC-1042/?q=invitation")
    assert proxy.logged('"uri":"/tickets/CC-1042/?q=invitation"')


def test_a_stranger_cannot_choose_the_address_that_the_workers_see(proxy: Proxy) -> None:
    ask(proxy, "/", **{"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "https"})
    head = proxy.workers.heads[-1]
    assert (head["x-forwarded-for"], head["x-forwarded-proto"]) == ("127.0.0.1", "http")


def test_a_slow_sender_holds_up_the_proxy_and_no_worker(proxy: Proxy) -> None:
    proxy.workers.began.clear()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=15) as slow:
        head = f"POST /tickets/new/ HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n"
        slow.sendall(f"{head}Content-Length: 10\r\n\r\nhalf ".encode())
        assert not proxy.workers.began.wait(0.5)
        slow.sendall(b"a form")
        assert slow.recv(64).startswith(b"HTTP/1.1 204")
    assert proxy.workers.bodies[-1] == b"half a for"


def test_a_body_that_is_too_large_never_reaches_a_worker(proxy: Proxy) -> None:
    proxy.workers.began.clear()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=15) as large:
        head = f"POST /tickets/new/ HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n"
        large.sendall(f"{head}Content-Length: {TOO_LARGE}\r\n\r\n".encode() + bytes(300_000))
        assert large.recv(64).startswith(b"HTTP/1.1 413")
    assert not proxy.workers.began.is_set()


def test_a_body_of_unsaid_length_that_grows_too_large_is_refused_and_never_cut(
    proxy: Proxy,
) -> None:
    whole = len(proxy.workers.bodies)
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=15)
    chunks = (bytes(MEGABYTE) for _ in range(TOO_LARGE // MEGABYTE))
    connection.request("POST", "/tickets/new/", body=chunks, encode_chunked=True)
    assert connection.getresponse().status >= 400
    connection.close()
    assert len(proxy.workers.bodies) == whole


def test_the_largest_upload_arrives_whole(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=15)
    connection.request("POST", "/tickets/new/", body=bytes(LARGEST))
    assert connection.getresponse().status == 204
    connection.close()
    assert len(proxy.workers.bodies[-1]) == LARGEST


def test_the_proxy_does_not_say_what_it_is(proxy: Proxy) -> None:
    assert ask(proxy, "/").getheader("Server") is None
