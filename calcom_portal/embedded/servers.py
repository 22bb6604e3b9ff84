"""Both servers together, and how other programs find them while they run."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from calcom_portal.embedded.postgres import Cluster, embedded_postgres
from calcom_portal.embedded.secrets import kept_secret, write_private
from calcom_portal.embedded.valkey import Broker, embedded_valkey
from calcom_portal.provision import APP_ROLE, OWNER_ROLE, provision

DATABASE = "portal"


class FolderInUse(RuntimeError):
    """Another program already runs servers in this folder."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the running servers; every one holds a password."""

    database_url: str
    database_owner_url: str
    database_superuser_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """Return the variables by which the settings find the servers."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.database_owner_url,
            "REDIS_URL": self.redis_url,
        }


@dataclass(frozen=True, slots=True)
class OwnServers:
    """Servers that this program runs itself."""

    addresses: Servers
    postgres: Cluster
    valkey: Broker

    def revive(self) -> list[str]:
        """Start again, on its old port, a server that has ended; return the names of those."""
        revived = []
        for name, member in (("PostgreSQL", self.postgres), ("Valkey", self.valkey)):
            if member.server is None or member.server.process.poll() is not None:
                member.start()
                revived.append(name)
        return revived


@contextmanager
def embedded_servers(var: Path, *, durable: bool) -> Iterator[OwnServers]:
    """Run PostgreSQL, provisioned for the portal, and Valkey until the end of the block.

    Their data, logs and passwords live in `var`. While the block runs, `running_servers` finds
    them. Raises FolderInUse or ServerFailed.
    """
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_only_user(var))
        valkey = stack.enter_context(embedded_valkey(var, durable=durable))
        postgres = stack.enter_context(embedded_postgres(var, durable=durable))
        addresses = _provisioned(var, postgres, valkey)
        note = _note(var)
        write_private(note, json.dumps({"pid": os.getpid(), **asdict(addresses)}))
        stack.callback(note.unlink, missing_ok=True)
        yield OwnServers(addresses, postgres, valkey)


def running_servers(var: Path) -> Servers | None:
    """Return the servers that another program runs in `var`, or None."""
    with suppress(OSError, ValueError):
        note = json.loads(_note(var).read_text(encoding="ascii"))
        os.kill(note.pop("pid"), 0)
        return Servers(**note)
    return None


def _note(var: Path) -> Path:
    return var / "secrets" / "servers.json"


def _provisioned(var: Path, postgres: Cluster, valkey: Broker) -> Servers:
    def url(role: str) -> str:
        password = kept_secret(var, f"{role}_password")
        return f"postgresql://{role}:{password}@127.0.0.1:{postgres.port}/{DATABASE}"

    provision(postgres.url(), owner_url=url(OWNER_ROLE), app_url=url(APP_ROLE))
    return Servers(
        database_url=url(APP_ROLE),
        database_owner_url=url(OWNER_ROLE),
        database_superuser_url=postgres.url(),
        redis_url=valkey.url(),
    )


@contextmanager
def _only_user(var: Path) -> Iterator[None]:
    # The kernel drops the lock when this process ends, in whatever way.
    with (var / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(
                f"Another portal already runs with its data in {var}. "
                "Stop it first, or set PORTAL_VAR to another folder."
            ) from None
        yield
