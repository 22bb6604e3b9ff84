"""Child processes under one roof: prefixed output, restarts with back-off, an orderly end.

One thread only. Children are bound to the life of the thread that starts them, and forking a
program with threads is where supervisors go wrong.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

from calcom_portal.embedded import OwnServers
from calcom_portal.embedded.process import die_with_launcher
from calcom_portal.processes import PROCESSES, SECRETS, Process, Step

ROOT = Path(__file__).resolve().parent.parent
_TICK = timedelta(seconds=0.2)
_LONGEST_BACK_OFF = timedelta(seconds=30)
# A process that ran this long had recovered: the next crash starts again with a short wait.
_RECOVERED_AFTER = timedelta(minutes=1)


class StepFailed(RuntimeError):
    """A program that has to succeed before the start did not."""


class StopAsked(Exception):
    """Somebody pressed Ctrl-C, or the system asks us to end."""


@dataclass
class Child:
    """One process of the table and its history."""

    process: Process
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    restart_at: float = 0.0

    def back_off(self) -> timedelta:
        """Return the wait before the next start: 1, 2, 4 … seconds, at most half a minute."""
        return min(timedelta(seconds=2 ** max(self.crashes - 1, 0)), _LONGEST_BACK_OFF)


@dataclass
class Supervisor:
    """Starts the processes, prefixes what they say, starts a crashed one again."""

    environment: dict[str, str]
    servers: OwnServers | None = None
    processes: tuple[Process, ...] = PROCESSES
    stop_asked: bool = False
    _children: list[Child] = field(default_factory=list)
    _outputs: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def run_step(self, step: Step) -> None:
        """Run one program to its end. Raises StepFailed, or StopAsked when told to stop."""
        running = self._spawn(step.name, step.command)
        try:
            while running.poll() is None:
                self._forward(_TICK)
                self._heed_stop()
        finally:
            _end(running, timedelta(seconds=10), self._drain)
        if running.returncode != 0:
            raise StepFailed(
                f"`{' '.join(step.command)}` ended with code {running.returncode}. "
                "Its last lines above say why; nothing was started."
            )

    def start(self) -> None:
        """Start every process of the table."""
        self._children = [Child(process) for process in self.processes]
        for child in self._children:
            self._start(child)

    def wait_for(self, answered: Callable[[], bool], patience: timedelta) -> bool:
        """Keep the processes running until `answered`; return False after `patience`."""
        limit = time.monotonic() + patience.total_seconds()
        while time.monotonic() < limit:
            self.tend()
            if answered():
                return True
        return False

    def tend(self) -> None:
        """Do one round: forward output, notice crashes, start again what is due."""
        self._forward(_TICK)
        self._heed_stop()
        if self.servers is not None:
            for name in self.servers.revive():
                say(f"{name} had ended and runs again")
        now = time.monotonic()
        for child in self._children:
            if child.running is None:
                if now >= child.restart_at:
                    self._start(child)
            elif child.running.poll() is not None:
                self._note_crash(child, now)

    def stop(self) -> None:
        """End the processes in the order of the table, each with its own patience."""
        for child in self._children:
            if child.running is not None:
                say(f"stopping {child.process.name}")
                _end(child.running, child.process.patience, self._drain)
        self._drain()

    def _start(self, child: Child) -> None:
        process = child.process
        child.running = self._spawn(process.name, process.command, process.secrets)
        child.started = time.monotonic()

    def _spawn(
        self, name: str, command: tuple[str, ...], secrets: tuple[str, ...] = ()
    ) -> subprocess.Popen[bytes]:
        withheld = SECRETS.difference(secrets)
        program = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env={key: it for key, it in self.environment.items() if key not in withheld},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A Ctrl-C in the terminal reaches only us: we stop the others in order.
            process_group=0,
            preexec_fn=die_with_launcher(signal.SIGTERM),
        )
        if program.stdout is not None:
            os.set_blocking(program.stdout.fileno(), False)
            self._outputs.register(program.stdout, selectors.EVENT_READ, Lines(name))
        return program

    def _note_crash(self, child: Child, now: float) -> None:
        code = child.running.returncode if child.running is not None else 0
        if now - child.started > _RECOVERED_AFTER.total_seconds():
            child.crashes = 0
        child.crashes += 1
        child.running = None
        wait = child.back_off()
        child.restart_at = now + wait.total_seconds()
        say(
            f"{child.process.name} ended with code {code}; "
            f"it starts again in {wait.total_seconds():.0f} s"
        )

    def _heed_stop(self) -> None:
        if self.stop_asked:
            raise StopAsked

    def _drain(self) -> None:
        self._forward(timedelta(0))

    def _forward(self, patience: timedelta) -> None:
        if not self._outputs.get_map():
            time.sleep(patience.total_seconds())
            return
        for key, _ in self._outputs.select(patience.total_seconds()):
            stream: IO[bytes] = key.fileobj  # type: ignore[assignment]
            text = stream.read(65536)
            if text:
                key.data.print(text)
            elif text == b"":
                self._outputs.unregister(stream)
                stream.close()


@dataclass
class Lines:
    """Prefixes the lines of one process with its name."""

    name: str
    rest: bytes = b""

    def print(self, text: bytes) -> None:
        """Print the whole lines; a line without its end waits for the rest."""
        *whole, self.rest = (self.rest + text).split(b"\n")
        for line in whole:
            sys.stdout.write(f"{self.name:<8}| {line.decode(errors='replace')}\n")
        sys.stdout.flush()


def say(text: str) -> None:
    """Print one line of the supervisor's own."""
    Lines("portal").print(text.encode() + b"\n")


def _end(program: subprocess.Popen[bytes], patience: timedelta, drain: Callable[[], None]) -> None:
    if program.poll() is None:
        program.terminate()
    limit = time.monotonic() + patience.total_seconds()
    while program.poll() is None:
        # A child that cannot write its last lines would never end.
        drain()
        time.sleep(0.05)
        if time.monotonic() > limit:
            program.kill()
    # Its very last lines may have come after the last look.
    drain()
