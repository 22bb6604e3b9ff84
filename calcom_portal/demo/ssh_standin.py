"""The demo's SSH: one machine on loopback, with a host key and a password that this portal made.

Both come out of the portal's own secret, so that nothing that opens anything lies in the code, and
the key that `load_demo` vouches for is the one that is shown.
"""

from __future__ import annotations

import hmac
import logging
from functools import partial
from hashlib import sha256
from typing import Final

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from calcom_portal.demo.equipment import FIRST_PORT, HOST
from calcom_portal.demo.machine import Machine

log = logging.getLogger(__name__)

SSH_PORT: Final = FIRST_PORT - 10
USER: Final = "backup"
# The rest of what a restore brings is read, and forgotten.
MOST_KEPT: Final = 1024 * 1024
PIECE: Final = 64 * 1024


def host_key(secret: str) -> asyncssh.SSHKey:
    """Return the key that the machine shows."""
    pair = Ed25519PrivateKey.from_private_bytes(_derived(secret, "host key"))
    pem = pair.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    return asyncssh.import_private_key(pem)


def fingerprint(secret: str) -> str:
    """Return what somebody who vouches for the machine confirms."""
    return host_key(secret).get_fingerprint()


def password(secret: str) -> str:
    """Return the password of `USER`."""
    return _derived(secret, "password").hex()[:24]


async def play_machine(secret: str, port: int = SSH_PORT) -> asyncssh.SSHAcceptor | None:
    """Play the machine; None where the port is taken."""
    machine = Machine()
    try:
        return await asyncssh.listen(
            HOST,
            port,
            server_factory=partial(_Door, password(secret)),
            server_host_keys=[host_key(secret)],
            process_factory=partial(_obey, machine),
            encoding=None,
            allow_scp=False,
            agent_forwarding=False,
        )
    except OSError as error:
        log.warning("standin.port_taken port=%s error=%s", port, type(error).__name__)
        return None


class _Door(asyncssh.SSHServer):
    """Lets in whoever knows the password."""

    def __init__(self, known: str) -> None:
        self._known = known

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and hmac.compare_digest(password, self._known)


async def _obey(machine: Machine, process: asyncssh.SSHServerProcess[bytes]) -> None:
    fed = bytearray()
    while piece := await process.stdin.read(PIECE):
        fed += piece[: MOST_KEPT - len(fed)]
    said = machine.answer(process.command or "", bytes(fed))
    process.stderr.write(said.complaint)
    process.stdout.write(said.printed)
    process.exit(said.status)


def _derived(secret: str, what: str) -> bytes:
    return hmac.digest(secret.encode(), f"demo machine, {what}".encode(), sha256)
