"""`calcom-agent enrol`, `calcom-agent run`, `calcom-agent show`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from calcom_agent import VERSION
from calcom_agent.config import USUAL_FOLDER, Config, NotSetUp
from calcom_agent.dialling import run
from calcom_agent.enrolling import NotEnrolled, enrol

WRONG = 1


def main(words: list[str] | None = None) -> int:
    """Do what the words say; return the exit code."""
    asked = _arguments(words)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("asyncssh").setLevel(logging.ERROR)
    try:
        if asked.act == "enrol":
            config = enrol(asked.portal, asked.code, tuple(asked.allow), asked.folder)
            print(f"Enrolled as agent {config.agent}. Start it with: calcom-agent run")
        elif asked.act == "show":
            print(_shown(Config.read(asked.folder)))
        else:
            asyncio.run(_until_stopped(asked.folder))
    except (NotSetUp, NotEnrolled) as problem:
        print(problem, file=sys.stderr)
        return WRONG
    return 0


async def _until_stopped(folder: Path) -> None:
    work = asyncio.create_task(run(folder))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return


def _shown(config: Config) -> str:
    lines = [
        f"Agent {config.agent} of {config.portal}",
        f"Dials {', '.join(config.hubs) or 'nobody: the portal has no hub'}",
        f"May ask {', '.join(config.networks)}",
    ]
    return "\n".join(lines)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("calcom-agent", description=__doc__)
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--folder", type=Path, default=USUAL_FOLDER, help="where it keeps its key")
    acts = parser.add_subparsers(dest="act", required=True)
    coming = acts.add_parser("enrol", help="come in with a code from the portal")
    coming.add_argument("--portal", required=True, help="such as https://portal.example.com")
    coming.add_argument("--code", required=True, help="as the portal shows it, good once")
    coming.add_argument(
        *("--allow",),
        action="append",
        required=True,
        metavar="NETWORK",
        help="a network where it may ask, such as 192.168.10.0/24; may be given again",
    )
    acts.add_parser("run", help="dial the portal and answer")
    acts.add_parser("show", help="say what is set up")
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main())
