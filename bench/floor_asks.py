"""What is asked of the bare site."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid

from bench.client import Ask
from bench.ground import BASE, Ground, Web

SIGN_IN = """
import django; django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
user, session = User.objects.get(pk=1), SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(f"sessionid={session.session_key}")
"""
# Its conversation has eight messages.
LONG_TICKET = "CC-10"


def floor_asks(place: Ground, web: Web) -> dict[str, Ask]:
    """Return the requests by name."""
    signed_in = subprocess.run(
        [sys.executable, "-c", SIGN_IN],
        env=place.floor_environment(), cwd=BASE, stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    cookie = (("Cookie", signed_in.stdout.strip()),)
    return {
        "bare queue": Ask(web.port, "/queue/", headers=cookie),
        "bare ticket page": Ask(web.port, f"/tickets/{LONG_TICKET}/", headers=cookie),
        "bare create": Ask(web.port, "/tickets/", "POST", fresh=_ticket, expected=(201,)),
    }


def _ticket(number: int) -> tuple[dict[str, str], bytes]:
    body = {
        "reference": f"X-{uuid.uuid4().hex[:12]}-{number}",
        "subject": "No dial tone",
        "customer": 7,
    }
    return {"Content-Type": "application/json"}, json.dumps(body).encode()
