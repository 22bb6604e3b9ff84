"""Ask equipment whether it is well, from here and now. Needs no database."""

from __future__ import annotations

import asyncio
import json
import os
from argparse import ArgumentParser
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calcom_portal.common.errors import BadInput
from monitoring.check_settings import checked_settings
from monitoring.places import NotAskable, Place
from monitoring.probes.egress import EgressPolicy, EgressRefused
from monitoring.probes.kinds import USUAL_PORT, WITHOUT_PORT, Means, ProbeKind, Question, ask
from monitoring.probes.names import RecordType
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.sip_wire import SipSocket
from monitoring.questions import question_of

# Not arguments: everybody on the machine can read those.
PASSWORD = "PROBE_PASSWORD"  # noqa: S105 - the name of the variable
SECOND_PASSWORD = "PROBE_SECOND_PASSWORD"  # noqa: S105 - the name of the variable


class Command(BaseCommand):
    """`manage.py probe sip-udp pbx.example.com`: one JSON object, and status 1 unless alive.

    Secrets come from the environment: PROBE_PASSWORD is the password, the SNMP community or the
    word that an SNMP user signs with; PROBE_SECOND_PASSWORD what that user encrypts with, or the
    password of Asterisk's manager.
    """

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
        parser.add_argument("--user", default="", help=f"who signs in, with {PASSWORD}")
        parser.add_argument("--manager", default="", help=f"user of AMI, with {SECOND_PASSWORD}")
        parser.add_argument("--key", type=Path, help="file of a private key, for ssh and asterisk")
        parser.add_argument("--host-key", default="", help="fingerprint; `probe ssh-key` tells it")
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", help="as a check has it"
        )
        parser.add_argument(
            "--allow", action="append", default=[], type=ip_network, help="a private network"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and print what came back."""
        try:
            question = _question(options)
            result = asyncio.run(_ask(question, EgressPolicy(allowed=tuple(options["allow"]))))
        except (EgressRefused, NotAskable, BadInput, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(_form(result)))
        if result.outcome is not Outcome.ALIVE:
            raise SystemExit(1)


def _question(options: dict[str, Any]) -> Question:
    kind = ProbeKind(options["kind"])
    port = options["port"] or USUAL_PORT.get(kind, 0)
    if not port and kind not in WITHOUT_PORT:
        raise CommandError(f"{kind} has no usual port: name it with --port.")
    settings: dict[str, object] = dict(pair.partition("=")[::2] for pair in options["set"])
    if kind is ProbeKind.WEB:
        settings["page"] = options["host"]
    if kind is ProbeKind.DNS:
        settings |= {"name": options["name"], "record": options["record"]}
    place = Place(options["host"], port, _secret(kind, options), options["host_key"])
    wait = timedelta(seconds=options["seconds"])
    return question_of(kind, checked_settings(kind, settings), place, wait)


def _secret(kind: ProbeKind, options: dict[str, Any]) -> dict[str, str]:
    """Return the fields of a credential that this kind needs, where they are given."""
    first, second = os.environ.get(PASSWORD, ""), os.environ.get(SECOND_PASSWORD, "")
    if kind is ProbeKind.SNMP and not options["user"]:
        return {"community": first}
    key = options["key"].read_text(encoding="utf-8") if options["key"] else ""
    fields = {
        "user": options["user"],
        "password": first,
        "private_key": key,
        "ami_user": options["manager"],
        "ami_password": second,
        "authentication": first,
        "privacy": second,
    }
    return {name: text for name, text in fields.items() if text}


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
