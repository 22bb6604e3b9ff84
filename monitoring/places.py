"""Where a connection leads, and who signs in there. Light: pages ask it whether they could."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitoring.probes.ssh_login import SshLogin

# The fields of an unsealed credential; which there are depends on its kind.
Secret = Mapping[str, str]


class NotAskable(Exception):
    """A check lacks something without which nobody can be asked; the text is for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection leads; all empty when a check has none."""

    host: str = ""
    port: int = 0
    secret: Secret = field(default_factory=dict, repr=False)
    host_key: str = ""


NOWHERE = Place()


def ssh_login(place: Place) -> SshLogin:
    """Return who signs in over SSH. Raises NotAskable without a user, and a password or a key."""
    secret = place.secret
    user, password = secret.get("user", ""), secret.get("password", "")
    key = secret.get("private_key", "")
    if not user or not (password or key):
        raise NotAskable("SSH needs a credential with a user name, and a password or a key.")
    return SshLogin(user, password=password, private_key=key, host_key=place.host_key)
