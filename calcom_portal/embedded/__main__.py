"""Start PostgreSQL and Valkey by hand: `python -m calcom_portal.embedded --var FOLDER`."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from calcom_portal.embedded import FolderInUse, embedded_servers
from calcom_portal.embedded.process import ServerFailed


def main() -> int:
    """Run the servers until a signal, after printing their addresses as shell exports."""
    parser = argparse.ArgumentParser(prog="python -m calcom_portal.embedded", description=__doc__)
    parser.add_argument("--var", type=Path, default=Path("var"), help="folder for the data")
    parser.add_argument(
        "--throw-away", action="store_true", help="quicker; a crash of the machine loses the data"
    )
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with embedded_servers(options.var, durable=not options.throw_away) as own:
            servers = own.addresses
            superuser = {"DATABASE_SUPERUSER_URL": servers.database_superuser_url}
            for name, url in (servers.environment() | superuser).items():
                sys.stdout.write(f"export {name}='{url}'\n")
            sys.stdout.flush()
            while not stop.wait(1):
                own.revive()
    except (FolderInUse, ServerFailed) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
