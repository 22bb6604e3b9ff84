"""What the hub may have an agent do: say hello, and ask equipment. Nothing else."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncssh

from calcom_agent import VERSION
from monitoring.probes.egress import EgressRefused
from monitoring.probes.kinds import Means, Question, ask
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.wire_form import NotUnderstood, from_wire, to_wire

log = logging.getLogger(__name__)

LARGEST_QUESTION = 64 * 1024
NO_SUCH_COMMAND = 127


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers the hub's words. `learn` is told the keys that the hub has now."""

    means: Means
    learn: Callable[[tuple[str, ...]], None]

    async def answer(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Answer one channel: one word, one JSON value in, one out."""
        word = process.command or ""
        try:
            told = await _heard(process)
            if word == "hello":
                said = self._hello(told)
            elif word == "ask":
                said = await self._ask(told)
            else:
                process.exit(NO_SUCH_COMMAND)
                return
        except NotUnderstood as error:
            said = _unknown(f"The agent at the site did not understand: {error}")
        process.stdout.write(json.dumps(said).encode())
        process.exit(0)

    def _hello(self, told: Any) -> Any:
        keys = told.get("hub_keys") if isinstance(told, dict) else None
        if isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys):
            self.learn(tuple(keys))
        return {"version": VERSION}

    async def _ask(self, told: Any) -> Any:
        question = from_wire(Question, told)
        try:
            return to_wire(await ask(question, self.means))
        except (EgressRefused, ValueError) as error:
            return _unknown(f"The agent at the site refuses: {error}")
        except socket.gaierror:
            return _unknown("The name has no address at the site.")
        except Exception:
            log.exception("agent.probe_failed kind=%s", question.kind.value)
            return _unknown("The agent at the site failed; its log says why.")


async def _heard(process: asyncssh.SSHServerProcess[bytes]) -> Any:
    said = b""
    while more := await process.stdin.read(8192):
        said += more
        if len(said) > LARGEST_QUESTION:
            raise NotUnderstood("the question is too long")
    try:
        return json.loads(said)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("the question is no JSON") from error


def _unknown(words: str) -> Any:
    return to_wire(ProbeResult(Outcome.UNKNOWN, timedelta(0), words[:200]))
