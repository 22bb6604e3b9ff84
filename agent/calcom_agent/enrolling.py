"""Coming in, once: a key is made here, and only its public half leaves the machine."""

from __future__ import annotations

import json
import ssl
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import asyncssh

from calcom_agent import VERSION
from calcom_agent.config import CONFIG, KEY, Config, checked_networks, write_secret

PATIENCE = 30
LARGEST_ANSWER = 64 * 1024
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NotEnrolled(Exception):
    """The portal did not take the agent; the text says why, and what to do."""


def enrol(portal: str, code: str, networks: tuple[str, ...], folder: Path) -> Config:
    """Make a key, give the portal its public half for the code, and keep what it answers.

    Raises NotEnrolled. Nothing is kept of an enrolment that failed.
    """
    _check(portal, networks, folder)
    key = asyncssh.generate_private_key("ssh-ed25519")
    told = {
        "code": code,
        "public_key": key.export_public_key().decode().strip(),
        "version": VERSION,
    }
    answer = _post(f"{portal.rstrip('/')}/agent/enrol/", told)
    try:
        config = Config(
            portal=portal,
            agent=int(answer["agent"]),
            hubs=tuple(map(str, answer["hubs"])),
            hub_keys=tuple(map(str, answer["hub_keys"])),
            networks=networks,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotEnrolled("What answered at this address is no portal.") from error
    write_secret(folder / KEY, key.export_private_key("openssh").decode())
    config.write(folder)
    return config


def _check(portal: str, networks: tuple[str, ...], folder: Path) -> None:
    address = urlsplit(portal)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise NotEnrolled("The address of the portal has to begin with https://")
    try:
        checked_networks(networks)
    except ValueError as error:
        raise NotEnrolled(f"--allow: {error}. Write 192.168.10.0/24, for example.") from error
    if (folder / CONFIG).exists():
        raise NotEnrolled(f"{folder / CONFIG} is there already: this machine is enrolled.")


def _post(address: str, told: dict[str, str]) -> Any:
    body = json.dumps(told).encode()
    # The scheme was checked: https, or this very machine.
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urlopen(  # noqa: S310  # nosec B310
            request, timeout=PATIENCE, context=ssl.create_default_context()
        ) as answer:
            return json.loads(answer.read(LARGEST_ANSWER))
    except HTTPError as error:
        raise NotEnrolled(_problem(error)) from error
    except (URLError, OSError, ValueError) as error:
        raise NotEnrolled(f"The portal cannot be reached: {error}") from error


def _problem(error: HTTPError) -> str:
    try:
        told = json.loads(error.read(LARGEST_ANSWER))
        return f"The portal refused: {told['detail']}"
    except (ValueError, KeyError, TypeError, OSError):
        return f"The portal refused with status {error.code}."
