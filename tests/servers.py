"""The throw-away PostgreSQL and Valkey of one test run.

The controller of the run starts them; the workers of xdist find them in their environment. By
hand: `python -m tests.servers -- COMMAND …` runs a command beside fresh, provisioned servers.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from calcom_portal.embedded import OwnServers, Servers, embedded_servers
from tests import vault_keys

_HANDED_DOWN = "PORTAL_TEST_SERVERS"
TEMPLATE = "portal"


@dataclass(frozen=True, slots=True)
class TestServers:
    """The servers of this run as one process of it sees them."""

    __test__ = False

    addresses: Servers
    var: Path
    # None in the workers of xdist: only the controller may break its servers.
    own: OwnServers | None

    @property
    def worker(self) -> str:
        """Return `gw0`, `gw1`, … in the workers of xdist, else `main`."""
        return os.environ.get("PYTEST_XDIST_WORKER", "main")

    @property
    def database(self) -> str:
        """Return the name of this process's own database."""
        return f"{TEMPLATE}_{self.worker}"

    def app_url(self) -> str:
        """Return the address of the own database as the app role, which tests use."""
        return _of_database(self.addresses.database_url, self.database)

    def owner_url(self) -> str:
        """Return the address of the own database as its owner."""
        return _of_database(self.addresses.database_owner_url, self.database)

    def environment(self) -> dict[str, str]:
        """Return the variables by which the settings of this process find everything."""
        number = 0 if self.worker == "main" else 1 + int(self.worker.removeprefix("gw"))
        return {
            "DATABASE_URL": self.app_url(),
            "DATABASE_OWNER_URL": self.owner_url(),
            "REDIS_URL": f"{self.addresses.redis_url.rpartition('/')[0]}/{number % 16}",
            "SECRET_KEY": "only-for-tests",
            **vault_keys.ENVIRONMENT,
            "PRIVATE_TARGETS": "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
            "PORTAL_VAR": str(self.var / self.worker),
            "CONN_MAX_AGE": "0",
        }


@contextmanager
def test_servers() -> Iterator[TestServers]:
    """Start the servers, or in a worker of xdist find those of the controller."""
    handed_down = os.environ.get(_HANDED_DOWN)
    if handed_down:
        note = json.loads(handed_down)
        yield TestServers(Servers(**note["addresses"]), Path(note["var"]), None)
        return
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    # PostgreSQL may run under another account, which has to find its data.
    folder.chmod(0o711)
    try:
        with embedded_servers(folder / "servers", durable=False) as own:
            note = {"addresses": asdict(own.addresses), "var": str(folder)}
            os.environ[_HANDED_DOWN] = json.dumps(note)
            yield TestServers(own.addresses, folder, own)
    finally:
        os.environ.pop(_HANDED_DOWN, None)
        shutil.rmtree(folder, ignore_errors=True)


# Its name begins with test_, but it is none.
test_servers.__test__ = False  # type: ignore[attr-defined]


def _of_database(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"


def main() -> int:
    """Run the command after `--` with the variables of fresh servers."""
    command = sys.argv[2:] if sys.argv[1:2] == ["--"] else []
    if not command:
        sys.stderr.write("Usage: python -m tests.servers -- COMMAND …\n")
        return 2
    with test_servers() as servers:
        variables = servers.environment() | servers.addresses.environment()
        return subprocess.run(command, env=os.environ | variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
