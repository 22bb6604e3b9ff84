"""Dialling out, and again whenever the line is gone: soon at first, then ever more patiently."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import asyncssh

from calcom_agent import VERSION
from calcom_agent.answering import Answering
from calcom_agent.config import KEY, Config, NotSetUp, checked_networks
from monitoring.probes.egress import EgressPolicy
from monitoring.probes.kinds import Means
from monitoring.probes.sip_wire import SipSocket

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
# A line that held so long was a good one: the next pause is the first again.
GOOD_AFTER = 60.0
SIGN_IN_SECONDS = 15
KEEPALIVE_SECONDS = 15
MOST_AT_ONCE = 200


async def run(folder: Path) -> None:
    """Dial every hub and answer, until cancelled. Raises NotSetUp."""
    config = Config.read(folder)
    try:
        key = asyncssh.read_private_key(folder / KEY)
    except (OSError, asyncssh.KeyImportError) as error:
        raise NotSetUp(f"{folder / KEY} cannot be read: {error}") from error
    keeper = HubKeys(config, folder)
    policy = EgressPolicy(allowed=checked_networks(config.networks), only_allowed=True)
    answering = Answering(Means(await SipSocket.open(), policy), keeper.learn)
    async with asyncio.TaskGroup() as lines:
        for hub in config.hubs:
            lines.create_task(_keep_dialling(hub, key, keeper, answering))


class HubKeys:
    """The hub's keys that are let in; new ones are learnt over a line that an old one opened."""

    def __init__(self, config: Config, folder: Path) -> None:
        self._config = config
        self._folder = folder

    def authorised(self) -> asyncssh.SSHAuthorizedKeys:
        """Return them in asyncssh's form."""
        return asyncssh.import_authorized_keys("\n".join(self._config.hub_keys) + "\n")

    def learn(self, keys: tuple[str, ...]) -> None:
        """Keep the keys that the hub has now. What is no key is not taken."""
        if keys == self._config.hub_keys:
            return
        try:
            for key in keys:
                asyncssh.import_public_key(key)
        except asyncssh.KeyImportError:
            log.warning("agent.bad_hub_keys")
            return
        self._config = self._config.with_hub_keys(keys)
        self._config.write(self._folder)
        log.info("agent.hub_keys_learnt")


class _Gate(asyncssh.SSHServer):
    """Says no to everything that SSH could do besides."""

    def begin_auth(self, username: str) -> bool:
        """Ask everybody to prove who they are."""
        return True

    def password_auth_supported(self) -> bool:
        """Let nobody in by a password."""
        return False


async def _keep_dialling(
    hub: str, key: asyncssh.SSHKey, keeper: HubKeys, answering: Answering
) -> None:
    loop, pauses = asyncio.get_running_loop(), _pauses()
    while True:
        began = loop.time()
        try:
            await _one_line(hub, key, keeper, answering)
            log.info("agent.hung_up hub=%s", hub)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            log.warning("agent.no_line hub=%s error=%s", hub, type(error).__name__)
        if loop.time() - began > GOOD_AFTER:
            pauses = _pauses()
        await asyncio.sleep(next(pauses))


async def _one_line(hub: str, key: asyncssh.SSHKey, keeper: HubKeys, answering: Answering) -> None:
    host, _, port = hub.rpartition(":")
    turn = asyncio.Semaphore(MOST_AT_ONCE)

    async def answer(process: asyncssh.SSHServerProcess[bytes]) -> None:
        async with turn:
            await answering.answer(process)

    async with asyncio.timeout(SIGN_IN_SECONDS):
        line = await asyncssh.connect_reverse(
            host.strip("[]"),
            int(port),
            config=None,
            server_factory=_Gate,
            server_host_keys=[key],
            server_version=f"calcom-agent-{VERSION}",
            authorized_client_keys=keeper.authorised(),
            process_factory=answer,
            encoding=None,
            allow_pty=False,
            allow_scp=False,
            agent_forwarding=False,
            x11_forwarding=False,
            gss_host=None,
            login_timeout=SIGN_IN_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=2,
        )
    log.info("agent.in hub=%s", hub)
    await line.wait_closed()


def _pauses() -> Iterator[float]:
    longest = FIRST_PAUSE
    while True:
        # Many agents lose their hub at once: they must not all come back at once.
        yield longest * random.uniform(0.5, 1.0)  # noqa: S311  # nosec B311
        longest = min(longest * 2, LONGEST_PAUSE)
