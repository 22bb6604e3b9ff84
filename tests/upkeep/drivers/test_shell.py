"""A shell on a machine: what ends well, what does not, and in which words."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from monitoring.probes.egress import EgressPolicy
from tests.monitoring.ssh_wire import LOGIN, ssh_machine
from tests.monitoring.wire import at
from tests.upkeep.shell_wire import machine_that_obeys, reach_to
from upkeep.drivers import shell
from upkeep.drivers.base import DriverFailed, Reach
from upkeep.drivers.shell import Ended, Line, Shell, open_shell


def streamed(text: str, *, also_well: frozenset[int] = frozenset()) -> tuple[bytes, Ended]:
    async def run() -> tuple[bytes, Ended]:
        said = bytearray()
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as there:
            ended = await there.stream(Line("The dump", text, also_well), said.extend)
        return bytes(said), ended

    return asyncio.run(run())


def sign_in(reach: Reach) -> None:
    asyncio.run(_look(reach))


def test_what_a_command_prints_comes_byte_by_byte() -> None:
    said, ended = streamed("head -c 3000000 /dev/zero; printf '\\377'")
    assert said == b"\0" * 3_000_000 + b"\xff"
    assert (ended.status, ended.sent_bytes) == (0, 3_000_001)


def test_a_command_that_fails_is_told_with_its_own_last_words() -> None:
    with pytest.raises(DriverFailed) as refused:
        streamed("echo half; echo 'warning: x' >&2; echo 'Got error: 1049' >&2; exit 2")
    assert str(refused.value) == "The dump failed (exit 2): Got error: 1049"


def test_a_command_that_is_killed_has_not_ended_well() -> None:
    with pytest.raises(DriverFailed, match="The dump"):
        streamed("echo half; kill -9 $$")


def test_an_exit_status_that_is_known_to_be_harmless_is_well() -> None:
    said, ended = streamed(
        "echo all; echo 'file changed as we read it' >&2; exit 1", also_well=frozenset({1})
    )
    assert (said, ended.status, ended.complaint) == (b"all\n", 1, "file changed as we read it\n")


def test_endless_complaints_do_not_stand_in_the_way() -> None:
    said, ended = streamed("head -c 5000000 /dev/zero >&2; echo whole")
    assert said == b"whole\n"
    assert len(ended.complaint) == 4096


def test_a_machine_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "SILENT_SECONDS", 0.2)
    with pytest.raises(DriverFailed, match="The dump: the machine said nothing for"):
        streamed("exec sleep 3")


def test_bytes_are_fed_to_a_command(tmp_path: Path) -> None:
    there = tmp_path / "given"

    def pieces() -> Iterator[bytes]:
        for number in range(30):
            yield bytes([number]) * 100_000

    async def run() -> Ended:
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as on_it:
            return await on_it.feed(Line("The file", f"cat > {there}"), pieces())

    assert asyncio.run(run()).sent_bytes == 3_000_000
    assert there.read_bytes() == b"".join(pieces())


def test_a_command_that_stops_reading_has_failed() -> None:
    async def run() -> None:
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as on_it:
            await on_it.feed(Line("The import", "exit 3"), iter([b"x" * 100_000] * 100))

    with pytest.raises(DriverFailed, match=r"The import failed \(exit 3\)"):
        asyncio.run(run())


def test_a_command_that_ends_well_without_reading_all_has_failed() -> None:
    async def run() -> None:
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as on_it:
            await on_it.feed(Line("The import", "head -c 10"), iter([b"x" * 100_000] * 200))

    with pytest.raises(DriverFailed, match="stopped reading before the end"):
        asyncio.run(run())


def test_an_answer_without_end_is_not_kept() -> None:
    async def run() -> None:
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as on_it:
            await on_it.read(Line("Its version", "cat /dev/zero"))

    with pytest.raises(DriverFailed, match="too long"):
        asyncio.run(run())


def test_a_machine_with_another_key_is_sent_nothing() -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint()

    async def run() -> list[str]:
        async with ssh_machine() as machine:
            with pytest.raises(DriverFailed) as refused:
                async with open_shell(reach_to(machine.target, replace(LOGIN, host_key=other))):
                    pass
            assert str(refused.value) == "Its host key is not the one that was confirmed."
            return machine.tried

    assert asyncio.run(run()) == []


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (reach_to(at(1)), "The machine refused the connection."),
        (
            Reach("127.0.0.1", 22, EgressPolicy(), LOGIN),
            "127.0.0.1 is a loopback address, so nothing is sent there.",
        ),
    ],
)
def test_what_cannot_be_reached_is_told_in_words(reach: Reach, words: str) -> None:
    with pytest.raises(DriverFailed) as refused:
        sign_in(reach)
    assert str(refused.value) == words


def test_a_wrong_password_is_told_in_words() -> None:
    async def run() -> None:
        async with ssh_machine() as machine:
            await _look(reach_to(machine.target, replace(LOGIN, password="wrong")))

    with pytest.raises(DriverFailed, match="The login was refused"):
        asyncio.run(run())


def test_a_connection_that_is_lost_in_the_middle_is_a_failure() -> None:
    async def run() -> None:
        async with machine_that_obeys() as machine, open_shell(reach_to(machine.target)) as on_it:
            await asyncio.gather(_cut(on_it), on_it.read(Line("The dump", "sleep 5; echo done")))

    with pytest.raises(DriverFailed):
        asyncio.run(run())


async def _look(reach: Reach) -> None:
    async with open_shell(reach):
        pass


async def _cut(there: Shell) -> None:
    await asyncio.sleep(0.3)
    there.session.abort()
