#!/usr/bin/env python
"""Django's command line. Beside `make run` it uses the servers that run there."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from calcom_portal.embedded.secrets import kept_secret
from calcom_portal.embedded.servers import running_servers


def use_running_portal() -> None:
    """Take the addresses of a portal that runs here, where the environment names none."""
    var = Path(os.environ.get("PORTAL_VAR") or Path(__file__).resolve().parent / "var")
    servers = None if os.environ.get("DATABASE_URL") else running_servers(var)
    if servers is not None:
        for name, url in servers.environment().items():
            os.environ.setdefault(name, url)
        os.environ.setdefault("SECRET_KEY", kept_secret(var, "secret_key"))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calcom_portal.settings")
    use_running_portal()
    execute_from_command_line(sys.argv)
