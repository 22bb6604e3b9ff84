"""The supervisor: prefixed lines, restarts with back-off, an end in order, clear refusals."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calcom_portal.age_keys import kept_vault_keys, recipient_of
from calcom_portal.children import Child, Lines, StepFailed, StopAsked, Supervisor
from calcom_portal.env import BadSetting
from calcom_portal.processes import Process, Step
from calcom_portal.supervisor import choose_port, prepared

SLEEP = "import time; print('ready', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEP


def process(name: str, program: str, patience: timedelta = timedelta(seconds=5)) -> Process:
    return Process(name, (sys.executable, "-c", program), "a test", patience)


def supervise(*processes: Process) -> Supervisor:
    return Supervisor(dict(os.environ), processes=processes)


def tend_until(
    supervisor: Supervisor,
    capsys: pytest.CaptureFixture[str],
    done: Callable[[str], object],
) -> str:
    """Keep the processes until the output so far satisfies `done`, at most 15 s."""
    output = ""
    limit = time.monotonic() + 15
    while not done(output):
        assert time.monotonic() < limit, output
        supervisor.tend()
        output += capsys.readouterr().out
    return output


def test_lines_carry_the_name_of_their_process(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines("web")
    lines.print(b"one\ntw")
    lines.print(b"o\n\xff\n")
    assert capsys.readouterr().out == "web     | one\nweb     | two\nweb     | \ufffd\n"


def test_a_crashed_process_starts_again_and_the_others_stay(
    capsys: pytest.CaptureFixture[str],
) -> None:
    supervisor = supervise(
        process("steady", SLEEP),
        process("weak", "import sys; print('up', flush=True); sys.exit(3)"),
    )
    supervisor.start()
    try:
        output = tend_until(supervisor, capsys, lambda text: text.count("weak    | up") == 2)
    finally:
        supervisor.stop()
    assert "portal  | weak ended with code 3; it starts again in 1 s" in output
    assert output.count("steady  | ready") == 1


def test_the_wait_before_a_restart_doubles_up_to_half_a_minute() -> None:
    waits = [Child(process("weak", ""), crashes=crashes).back_off() for crashes in range(1, 8)]
    assert [wait.total_seconds() for wait in waits] == [1, 2, 4, 8, 16, 30, 30]


def test_processes_stop_in_order_and_a_stubborn_one_by_force(
    capsys: pytest.CaptureFixture[str],
) -> None:
    supervisor = supervise(
        process("first", STUBBORN, timedelta(seconds=0.3)), process("second", SLEEP)
    )
    supervisor.start()
    tend_until(supervisor, capsys, lambda text: text.count("ready") == 2)
    supervisor.stop()
    output = capsys.readouterr().out
    assert output == "portal  | stopping first\nportal  | stopping second\n"
    codes = [child.running.returncode for child in supervisor._children if child.running]
    assert codes == [-signal.SIGKILL, -signal.SIGTERM]


def test_a_failed_step_stops_the_start_with_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    step = Step("migrate", (sys.executable, "-c", "print('no table'); raise SystemExit(4)"), "test")
    with pytest.raises(StepFailed, match=r"ended with code 4\. Its last lines above say why"):
        supervise().run_step(step)
    assert capsys.readouterr().out == "migrate | no table\n"


def test_a_request_to_stop_ends_a_step_that_is_running() -> None:
    supervisor = supervise()
    supervisor.stop_asked = True
    started = time.monotonic()
    with pytest.raises(StopAsked):
        supervisor.run_step(Step("migrate", (sys.executable, "-c", SLEEP), "test"))
    assert time.monotonic() - started < 5


def test_a_secret_reaches_only_the_process_that_is_named_for_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_IDENTITY", "the key")
    tell = "import os; print('has', os.environ.get('VAULT_IDENTITY'), flush=True);" + SLEEP
    vault = replace(process("vault", tell), secrets=("VAULT_IDENTITY",))
    supervisor = supervise(vault, process("web", tell))
    supervisor.start()
    try:
        output = tend_until(supervisor, capsys, lambda text: text.count("has") == 2)
    finally:
        supervisor.stop()
    assert sorted(re.findall(r"(\w+) +\| has (.*)", output)) == [
        ("vault", "the key"),
        ("web", "None"),
    ]


def test_the_keys_of_backups_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = kept_vault_keys(tmp_path)
    assert kept_vault_keys(tmp_path) == first
    assert recipient_of(first["VAULT_IDENTITY"]) == first["VAULT_RECIPIENT"]
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}


def test_the_break_glass_key_may_be_moved_to_a_safe(tmp_path: Path) -> None:
    first = kept_vault_keys(tmp_path)
    (tmp_path / "secrets" / "break_glass_identity").unlink()
    assert kept_vault_keys(tmp_path) == first


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert taken < choose_port(taken) < taken + 100


def test_a_given_database_needs_its_owner_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://portal_app:hunter2@127.0.0.1/portal")
    monkeypatch.setenv("DATABASE_OWNER_URL", "")
    with (
        pytest.raises(BadSetting, match=r"^DATABASE_OWNER_URL is not set while DATABASE_URL is"),
        prepared(tmp_path),
    ):
        pytest.fail("The portal started.")


def test_given_servers_are_used_and_none_are_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "DATABASE_URL": "postgresql://portal_app:a@127.0.0.1/portal",
        "DATABASE_OWNER_URL": "postgresql://portal_owner:b@127.0.0.1/portal",
        "REDIS_URL": "redis://127.0.0.1/0",
        "SECRET_KEY": "",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with prepared(tmp_path) as supervisor:
        used = {name: supervisor.environment[name] for name in given}
    assert supervisor.servers is None
    # A secret key that nobody gave is made once and kept.
    kept = (tmp_path / "secrets" / "secret_key").read_text().strip()
    assert used == given | {"SECRET_KEY": kept}
    assert re.fullmatch(r"[\w-]{43}", kept)
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
