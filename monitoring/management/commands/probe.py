"""Ask equipment whether it is well, from here and now. Needs no database."""

from __future__ import annotations

import asyncio
import json
import os
from argparse import ArgumentParser
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitoring.probes.digest import Login
from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.kinds import USUAL_PORT, Means, ProbeKind, Question, ask
from monitoring.probes.names import RecordType
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.probes.snmp import Community

# A password or a community. Not an argument: everybody on the machine can read those.
PASSWORD = "PROBE_PASSWORD"  # noqa: S105 - the name of the variable


class Command(BaseCommand):
    """`manage.py probe sip-udp pbx.example.com`: one JSON object, and status 1 unless alive."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to ask."""
        parser.add_argument("kind", choices=[kind.value for kind in ProbeKind])
        parser.add_argument("host", help="a name or an address; for web the address of the page")
        parser.add_argument("--port", type=int, default=0, help="instead of the usual one")
        parser.add_argument("--seconds", type=float, default=5.0, help="how long to wait")
        parser.add_argument("--name", default="", help="what a name server is asked for")
        parser.add_argument("--record", choices=[kind.value for kind in RecordType], default="A")
        parser.add_argument("--user", default="", help=f"for sip-login, with {PASSWORD}")
        parser.add_argument(
            "--allow", action="append", default=[], type=ip_network, help="a private network"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print what came back."""
        kind = ProbeKind(options["kind"])
        port = options["port"] or USUAL_PORT.get(kind, 0)
        if not port and kind is not ProbeKind.WEB:
            raise CommandError(f"{kind} has no usual port: name it with --port.")
        secret = os.environ.get(PASSWORD, "")
        question = Question(
            kind=kind,
            host=options["host"],
            port=port,
            deadline=timedelta(seconds=options["seconds"]),
            name=options["name"],
            record=RecordType(options["record"]),
            login=Login(options["user"], secret) if options["user"] else None,
            snmp=Community(secret) if secret else None,
        )
        try:
            result = asyncio.run(_ask(question, EgressPolicy(allowed=tuple(options["allow"]))))
        except (EgressRefused, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(_form(result)))
        if result.outcome is not Outcome.ALIVE:
            raise SystemExit(1)


async def _ask(question: Question, policy: EgressPolicy) -> ProbeResult:
    socket = await SipSocket.open()
    try:
        return await ask(question, Means(socket, policy))
    finally:
        socket.close()


def _form(result: ProbeResult) -> dict[str, object]:
    return {
        "outcome": result.outcome.value,
        "words": result.words,
        "milliseconds": round(result.took.total_seconds() * 1000, 1),
        "facts": dict(result.facts),
    }
