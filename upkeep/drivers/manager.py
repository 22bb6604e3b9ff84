"""The manager interface of a phone system, through SSH: who signs in, and a word to a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from monitoring.probes.facts import clean
from monitoring.probes.manager import LOOPBACK, ManagerSession
from monitoring.probes.manager_facts import CONTACTS, LISTS, UNREACHABLE
from monitoring.probes.timing import NotWell
from upkeep.drivers.base import DriverFailed, Reach
from upkeep.drivers.shell import open_shell

ANSWER_SECONDS = 30
NOTIFY = "PJSIPNotify"
NO_RIGHT = (
    "The phone system may not tell phones anything: its manager login needs the right `system`, and"
    " pjsip_notify.conf has to be there."
)


@asynccontextmanager
async def open_manager(reach: Reach, port: int) -> AsyncIterator[ManagerSession]:
    """Sign in to the manager interface. Raises DriverFailed, also for what ends in the block."""
    if reach.manager is None:
        raise DriverFailed("The credential holds no login for the manager interface.")
    async with open_shell(reach) as shell:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await shell.session.open_connection(LOOPBACK, port)
                talk = ManagerSession(reader, writer)
                await talk.sign_in(reach.manager)
                yield talk
        except asyncssh.ChannelOpenError as error:
            raise DriverFailed("The manager interface does not answer.") from error
        except (NotWell, ValueError) as error:
            raise DriverFailed(f"{str(error).rstrip('.')}.") from error
        except (EOFError, TimeoutError) as error:
            raise DriverFailed("The manager interface did not answer in time.") from error


async def software_of(talk: ManagerSession, endpoint: str) -> list[str]:
    """Return what the phones that are signed in as `endpoint` call themselves."""
    rows = await talk.list_of(CONTACTS, LISTS[CONTACTS])
    if rows is None:
        raise DriverFailed("The manager login may not list who is signed in.")
    return [
        clean(row.get("UserAgent", ""))
        for row in rows
        if row.get("Endpoint") == endpoint and row.get("Status") not in UNREACHABLE
    ]


async def may_tell(talk: ManagerSession) -> bool:
    """May this login tell phones something?"""
    return NOTIFY in await talk.ask("ListCommands")


async def tell_to_look(talk: ManagerSession, endpoint: str) -> None:
    """Tell a phone to fetch its configuration anew (Event: check-sync). Raises DriverFailed."""
    answer = await talk.ask(NOTIFY, Endpoint=endpoint, Variable="Event=check-sync")
    if answer.get("Response") != "Success":
        said = clean(answer.get("Message", ""))
        raise DriverFailed(f"The phone system does not tell the phone to look: {said}.")
