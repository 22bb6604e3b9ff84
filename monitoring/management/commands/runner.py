"""Ask equipment again and again, and write down what comes back. One or more may run."""

from __future__ import annotations

import asyncio
import logging
import signal
from argparse import ArgumentParser
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand

from calcom_portal.common.checks import own_networks_problem
from monitoring.runner.askers import Hub, NoHub
from monitoring.runner.hub import AgentHub
from monitoring.runner.metrics import Metrics, serve_metrics
from monitoring.runner.running import Options, Runner

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py runner`: works until it is asked to stop."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where to tell of itself."""
        parser.add_argument("--metrics-host", default=settings.RUNNER_METRICS_HOST)
        parser.add_argument("--metrics-port", type=int, default=settings.RUNNER_METRICS_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        if problem := own_networks_problem():
            log.warning("runner.no_own_networks %s", problem)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
            loop.run(_run(options["metrics_host"], options["metrics_port"]))


async def _run(metrics_host: str, metrics_port: int) -> None:
    metrics = Metrics()
    server = await serve_metrics(metrics, metrics_host, metrics_port) if metrics_port else None
    runner = Runner(Options(), metrics, _hub())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, runner.stop)
    await runner.run()
    if server is not None:
        server.close()


def _hub() -> Hub:
    if not settings.AGENT_HUB_PORT:
        return NoHub()
    return AgentHub(settings.AGENT_HUB_HOST, settings.AGENT_HUB_PORT)
