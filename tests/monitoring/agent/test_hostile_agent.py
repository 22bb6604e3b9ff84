"""What an agent that is not ours could try: become another one, or overwhelm the hub."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from monitoring.agent_keys import hub_public_keys
from monitoring.probes.kinds import ProbeKind
from monitoring.runner.hub import LARGEST_ANSWER, AgentAnswer, AgentHub, _Doorman
from tests.monitoring.agent.test_line import AGENT, Rows, open_hub, question, until


def test_who_came_in_becomes_nobody_else_by_naming_another_key() -> None:
    """A new key exchange names a key before it proves it."""
    mine, theirs = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    hub = AgentHub("127.0.0.1", 0)
    hub.known = {str(mine.get_fingerprint()): 7, str(theirs.get_fingerprint()): 8}
    doorman = _Doorman(hub)
    assert doorman.validate_host_public_key("", "192.0.2.1", 22, mine)
    assert not doorman.validate_host_public_key("", "192.0.2.1", 22, theirs)
    assert doorman.validate_host_public_key("", "192.0.2.1", 22, mine)
    assert doorman.agent_id == 7


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"[" * 100_000, "no JSON"),
        (b"x" * (LARGEST_ANSWER + 1), "too long"),
        (b'{"is": "ProbeResult", "outcome": "alive", "took": 1e300, "words": ""}', "ProbeResult"),
    ],
)
def test_what_is_no_answer_is_refused(said: bytes, problem: str) -> None:
    async def answer(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await process.stdin.read()
        process.stdout.write(b'{"version": "9"}' if process.command == "hello" else said)
        process.exit(0)

    async def run() -> None:
        rows, key = Rows(), asyncssh.generate_private_key("ssh-ed25519")
        async with open_hub(rows) as hub:
            rows.known[str(key.get_fingerprint())] = AGENT
            await hub.refresh()
            line = await _dial(hub, key, answer)
            await until(lambda: bool(rows.came))
            assert line.get_extra_info("send_compression") == "none"
            with pytest.raises(AgentAnswer, match=problem):
                await hub.ask(AGENT, question(ProbeKind.TCP, 1))
            line.abort()

    asyncio.run(run())


def test_an_agent_that_wants_to_talk_compressed_only_is_not_let_in(tmp_path: Path) -> None:
    """A few bytes could unfold to very many in the hub."""

    async def run() -> None:
        rows, key = Rows(), asyncssh.generate_private_key("ssh-ed25519")
        async with open_hub(rows) as hub:
            rows.known[str(key.get_fingerprint())] = AGENT
            await hub.refresh()
            with pytest.raises(asyncssh.Error):
                await _dial(hub, key, None, compression_algs=["zlib@openssh.com"])

    asyncio.run(run())


async def _dial(hub: AgentHub, key: asyncssh.SSHKey, answer: Any, **how: Any) -> Any:
    return await asyncssh.connect_reverse(
        "127.0.0.1",
        hub.port,
        config=None,
        server_host_keys=[key],
        authorized_client_keys=asyncssh.import_authorized_keys("\n".join(hub_public_keys()) + "\n"),
        process_factory=answer,
        encoding=None,
        gss_host=None,
        **how,
    )
