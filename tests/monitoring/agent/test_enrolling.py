"""The agent's own program: coming in over HTTP, what it keeps, and what it says when it cannot."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import asyncssh
import pytest
from calcom_agent.__main__ import main
from calcom_agent.config import CONFIG, KEY, Config, NotSetUp
from calcom_agent.enrolling import NotEnrolled, enrol
from django.conf import settings
from django.test import Client

from monitoring.actions.invite_agent import invite_agent
from monitoring.agent_keys import hub_public_keys
from monitoring.models import SiteAgent
from tests.cast import Cast
from tests.stage import acting

OFFICE = ("192.168.10.0/24",)


class Portal(BaseHTTPRequestHandler):
    """Hands what the agent sends to the portal of this test."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = Client().post(self.path, body, content_type="application/json")
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def portal() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Portal)
    try:
        yield server
    finally:
        server.server_close()


def coming_in(code: str, folder: Path) -> Config:
    """Enrol from another thread: the portal answers in this one, in the test's transaction."""
    with portal() as server, ThreadPoolExecutor(1) as machine:
        address = f"http://127.0.0.1:{server.server_port}"
        work: Future[Config] = machine.submit(enrol, address, code, OFFICE, folder)
        server.handle_request()
        return work.result(timeout=10)


def test_a_machine_comes_in_and_keeps_its_key_to_itself(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "AGENT_HUBS", ["hub.example.com:7022"])
    with acting(cast.priya):
        agent, code = invite_agent(site=cast.market_street, name="Rack PC", actor=cast.priya)
    config = coming_in(code, tmp_path)
    assert Config.read(tmp_path) == config
    assert (config.agent, config.hubs) == (agent.pk, ("hub.example.com:7022",))
    assert (config.hub_keys, config.networks) == (tuple(hub_public_keys()), OFFICE)
    for name in (CONFIG, KEY):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    with acting(cast.priya):
        kept = SiteAgent.objects.get(pk=agent.pk)
    assert asyncssh.read_private_key(tmp_path / KEY).get_fingerprint() == kept.fingerprint


def test_a_code_that_is_not_good_leaves_nothing_behind(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(NotEnrolled, match="The portal refused: This code is not good"):
        coming_in("0000-0000-0000-0000", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "networks", "words"),
    [
        ("http://portal.example.com", OFFICE, "https://"),
        ("ftp://portal.example.com", OFFICE, "https://"),
        ("https://portal.example.com", ("192.168.10.7/24",), "host bits"),
        ("https://portal.example.com", ("the office",), "does not appear"),
        ("https://portal.example.com", (), "no network is allowed"),
        ("http://127.0.0.1:1", OFFICE, "cannot be reached"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_made(
    tmp_path: Path, address: str, networks: tuple[str, ...], words: str
) -> None:
    with pytest.raises(NotEnrolled, match=words):
        enrol(address, "0000-0000-0000-0000", networks, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_machine_comes_in_once(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text("{}")
    with pytest.raises(NotEnrolled, match="is enrolled"):
        enrol("https://portal.example.com", "0", OFFICE, tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"portal": "x", "agent": "y"}'])
def test_a_spoilt_file_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / CONFIG).write_text(text)
    with pytest.raises(NotSetUp, match="not what enrolment wrote"):
        Config.read(tmp_path)


def test_the_program_says_what_is_wrong_and_what_is_set_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(tmp_path), "run"]) == 1
    assert "run `calcom-agent enrol` first" in capsys.readouterr().err
    Config("https://p.example.com", 7, ("hub.example.com:7022",), ("k",), OFFICE).write(tmp_path)
    assert main(["--folder", str(tmp_path), "show"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Agent 7 of https://p.example.com",
        "Dials hub.example.com:7022",
        "May ask 192.168.10.0/24",
    ]
