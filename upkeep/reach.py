"""From the row of a connection to what a driver signs in with. Secrets live as long as that."""

from __future__ import annotations

from calcom_portal.common.errors import RuleBroken
from monitoring.credentials import open_credential
from monitoring.models import Connection, Driver, Transport
from monitoring.places import NotAskable, Place, Secret, ssh_login
from monitoring.policy_of import policy_of
from monitoring.probes.digest import Login
from upkeep.drivers.base import Reach

SSH_PORT = 22
LEAD_TO_A_SHELL = (Driver.SSH.value, Driver.ASTERISK.value)


def reach_of(connection: Connection) -> Reach:
    """Return how the machine behind a connection is reached. Nothing is sent yet.

    Raises RuleBroken for a connection over which no backup can be taken, SealBroken for a
    credential that was not sealed for its own row.
    """
    refuse_unusable(connection)
    secret: Secret = open_credential(connection.credential) if connection.credential else {}
    place = Place(connection.host, connection.port, secret, connection.host_key)
    try:
        login = ssh_login(place)
    except NotAskable as error:
        raise RuleBroken(
            f"{connection} cannot be used. {error}", remedy="Give it another credential."
        ) from error
    return Reach(
        host=connection.host,
        port=connection.port or SSH_PORT,
        policy=policy_of(connection.provider_id),
        login=login,
        manager=_manager(secret),
    )


def refuse_unusable(connection: Connection) -> None:
    """Raise RuleBroken for a connection without a shell, or a machine that nobody vouched for."""
    if connection.driver not in LEAD_TO_A_SHELL:
        raise RuleBroken(
            f"{connection} is no SSH: backups are taken over SSH.",
            remedy="Choose a connection by SSH or Asterisk.",
        )
    if connection.transport != Transport.DIRECT:
        raise RuleBroken(
            "Backups cannot be taken through the agent of a site yet.",
            remedy="Let the system send its backups, or let a technician bring them.",
        )
    if not connection.host_key:
        raise RuleBroken(
            f"Nobody has confirmed the host key of {connection.host} yet.",
            remedy="Confirm it on the page of the connection.",
        )


def _manager(secret: Secret) -> Login | None:
    user, password = secret.get("ami_user"), secret.get("ami_password")
    return Login(user, password) if user and password else None
