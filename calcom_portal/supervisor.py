"""`make run`: the whole portal, started and stopped together, with nothing set up before."""

import http.client
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType

from calcom_portal.age_keys import kept_vault_keys
from calcom_portal.children import ROOT, StepFailed, StopAsked, Supervisor, say
from calcom_portal.embedded import FolderInUse, embedded_servers
from calcom_portal.embedded.process import ServerFailed
from calcom_portal.embedded.secrets import kept_secret
from calcom_portal.env import BadSetting, env_bool, env_int, env_path, env_str
from calcom_portal.processes import DEMO_SIGNINS, LOAD_DEMO, MIGRATE, STANDINS
from calcom_portal.provision import provision

# Static files come from their sources here, and root may well try the portal out.
_NOT_FOR_A_START_ON_ONE_MACHINE = (
    "ignore:No directory at,ignore:You're running the worker with superuser privileges"
)
_WEB_PATIENCE = timedelta(seconds=60)


@contextmanager
def prepared(var: Path) -> Iterator[Supervisor]:
    """Give a supervisor whose processes have all they need in their environment.

    With DATABASE_URL or REDIS_URL set, that server is used; what is missing is run here, with its
    data in `var`. A given database is provisioned when DATABASE_SUPERUSER_URL is set as well.
    """
    # A variable set to nothing counts as not set.
    variables = {name: value for name, value in os.environ.items() if value}
    servers = None
    with ExitStack() as stack:
        if "DATABASE_URL" in variables:
            _check_given_database(variables["DATABASE_URL"])
        if not {"DATABASE_URL", "REDIS_URL"} <= variables.keys():
            say(f"starting PostgreSQL and Valkey with their data in {var}")
            servers = stack.enter_context(embedded_servers(var, durable=True))
            for name, url in servers.addresses.environment().items():
                variables.setdefault(name, url)
        variables.setdefault("SECRET_KEY", kept_secret(var, "secret_key"))
        if "VAULT_RECIPIENT" not in variables:
            variables |= kept_vault_keys(var)
        variables |= {
            "PORTAL_VAR": str(var),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": _NOT_FOR_A_START_ON_ONE_MACHINE,
            "DJANGO_SETTINGS_MODULE": "calcom_portal.settings",
            # The programs of this virtual environment, by the names that the image uses too.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        }
        supervisor = Supervisor(variables, servers)
        try:
            yield supervisor
        finally:
            # Before the servers: a worker may still have something to write down.
            supervisor.stop()


def _check_given_database(app_url: str) -> None:
    owner_url = env_str("DATABASE_OWNER_URL", default="")
    if not owner_url:
        raise BadSetting(
            "DATABASE_OWNER_URL",
            problem="is not set while DATABASE_URL is",
            wanted="the same database as the role portal_owner",
            remedy="Set it too, or remove DATABASE_URL to use the built-in server.",
        )
    superuser = env_str("DATABASE_SUPERUSER_URL", default="")
    if superuser:
        provision(superuser, owner_url=owner_url, app_url=app_url)


def choose_port(preferred: int) -> int:
    """Return the first free port of 127.0.0.1 from `preferred` on."""
    for port in range(preferred, min(preferred + 100, 65536)):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerFailed(f"No port from {preferred} on is free. Set PORT to another one.")


def web_answers(port: int) -> bool:
    """Return whether the web process answers, database included."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def run() -> None:
    """Start the portal and keep it until a signal asks to stop."""
    var = env_path("PORTAL_VAR", default=ROOT / "var")
    port = choose_port(env_int("PORT", default=8000, minimum=1, maximum=65535))
    demo = env_bool("PORTAL_DEMO", default=False)
    with prepared(var) as supervisor:
        supervisor.environment["PORT"] = str(port)
        drop_port = env_int("DROP_PORT", default=7023, minimum=1, maximum=65535)
        supervisor.environment["DROP_PORT"] = str(choose_port(drop_port))
        supervisor.environment.setdefault("PORTAL_URL", f"http://127.0.0.1:{port}")
        _stop_on_signals(supervisor)
        with suppress(StopAsked):
            for step in (MIGRATE, LOAD_DEMO) if demo else (MIGRATE,):
                say(f"{step.name}: {step.why}")
                supervisor.run_step(step)
            if demo:
                supervisor.processes = (STANDINS, *supervisor.processes)
            supervisor.start()
            _welcome(supervisor, port, demo=demo)
            while True:
                supervisor.tend()


def _welcome(supervisor: Supervisor, port: int, *, demo: bool) -> None:
    if not supervisor.wait_for(lambda: web_answers(port), _WEB_PATIENCE):
        say("the web process does not answer yet; its lines above say why")
        return
    if demo:
        supervisor.run_step(DEMO_SIGNINS)
    say(f"the portal answers at {supervisor.environment['PORTAL_URL']} – Ctrl-C stops it")


def _stop_on_signals(supervisor: Supervisor) -> None:
    def ask(number: int, frame: FrameType | None) -> None:
        supervisor.stop_asked = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)


def main() -> int:
    """Run, and turn what can go wrong at the start into one clear message."""
    try:
        run()
    except (BadSetting, FolderInUse, ServerFailed, StepFailed) as refusal:
        sys.stderr.write(f"\n{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
