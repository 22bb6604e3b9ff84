"""The processes of the portal: one table for `make run` and for docker-compose.yml.

A test keeps the commands in both the same.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Process:
    """A program that runs for as long as the portal does.

    `secrets` are the variables of the environment that it alone is given.
    """

    name: str
    command: tuple[str, ...]
    why: str
    # How long it may finish what it is doing when it is asked to stop.
    patience: timedelta
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A program that has to succeed before the processes start."""

    name: str
    command: tuple[str, ...]
    why: str


def _words(command: str) -> tuple[str, ...]:
    return tuple(command.split())


MIGRATE = Step(
    "migrate",
    _words("python manage.py migrate --database owner --no-input --verbosity 0"),
    "brings the tables up to date, as the role that owns them",
)

LOAD_DEMO = Step(
    "demo",
    _words("python manage.py load_demo"),
    "writes the demo provider, unless it is there already",
)

DEMO_SIGNINS = Step(
    "demo",
    _words("python manage.py demo_signins"),
    "lists who can sign in",
)

STANDINS = Process(
    "standins",
    _words("python manage.py standins"),
    "plays the equipment that the demo's checks ask",
    timedelta(seconds=5),
)

# What no process may have that is not given it by name.
SECRETS = frozenset({"VAULT_IDENTITY", "FORMER_VAULT_IDENTITIES"})

# In the order in which they start and stop.
PROCESSES = (
    Process(
        "web",
        _words(
            "gunicorn --config deploy/gunicorn.conf.py --no-control-socket"
            " calcom_portal.wsgi:application"
        ),
        "answers browsers and the API",
        timedelta(seconds=20),
    ),
    Process(
        "beat",
        _words("celery --quiet -A calcom_portal beat --loglevel WARNING"),
        "says when to sweep; the rows of the database decide what is due",
        timedelta(seconds=10),
    ),
    Process(
        "worker",
        # Prefork, because only that pool can enforce a hard time limit. No gossip, no mingling:
        # workers have nothing to tell each other, and start sooner.
        _words(
            "celery --quiet -A calcom_portal worker --pool prefork --concurrency 2"
            " --without-gossip --without-mingle --loglevel WARNING"
        ),
        "sweeps deadlines and sends messages",
        timedelta(seconds=30),
    ),
    Process(
        "clerk",
        _words(
            "celery --quiet -A calcom_portal worker --pool prefork --concurrency 1 --queues jobs"
            " --hostname clerk@%h --without-gossip --without-mingle --loglevel WARNING"
        ),
        "does long work, such as imports, so that deadlines need not wait for it",
        timedelta(seconds=30),
    ),
    Process(
        "keeper",
        # Two, so that one slow system does not hold up the night of all others.
        _words(
            "celery --quiet -A calcom_portal worker --pool prefork --concurrency 2 --queues backups"
            " --hostname keeper@%h --without-gossip --without-mingle --loglevel WARNING"
        ),
        "fetches backups of customers' systems; it can close them, and open none",
        timedelta(seconds=30),
    ),
    Process(
        "vault",
        # Concurrency one: what it opens may be large, and there is one disk.
        _words(
            "celery --quiet -A calcom_portal worker --pool prefork --concurrency 1 --queues vault"
            " --hostname vault@%h --without-gossip --without-mingle --loglevel WARNING"
        ),
        "reads backups again, opens them and restores them: it alone holds the key",
        timedelta(seconds=30),
        secrets=("VAULT_IDENTITY", "FORMER_VAULT_IDENTITIES"),
    ),
    Process(
        "runner",
        _words("python manage.py runner"),
        "asks equipment again and again, and writes down what comes back",
        timedelta(seconds=20),
    ),
    Process(
        "drop",
        _words("python manage.py drop"),
        "takes the backups that systems send by SFTP, and encrypts them as they arrive",
        timedelta(seconds=20),
    ),
)
