"""deploy/Caddyfile: what the proxy keeps off the workers, and out of its log."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

TEXT = (Path(__file__).parent.parent.parent / "deploy" / "Caddyfile").read_text(encoding="utf-8")
SECRET = "b7d1f0c2"


def logged(url: str) -> str:
    """Return an address as the proxy's log keeps it."""
    ((pattern, instead),) = re.findall(r'request>uri regexp "(.+)" "(.+)"', TEXT)
    return re.sub(pattern, instead.replace("$1", r"\1"), url)


@pytest.mark.parametrize(
    "url",
    [
        reverse("accept_invitation", args=[SECRET]),
        reverse("acknowledge", args=[f"MQ:{SECRET}"]),
        reverse("account_reset_password_from_key", args=["1a", f"x-{SECRET}"]),
    ],
)
def test_links_that_let_somebody_in_are_not_logged(url: str) -> None:
    assert SECRET in url
    assert SECRET not in logged(f"{url}?next=/")
    assert "request>headers>Referer delete" in TEXT


def test_other_addresses_are_logged_as_they_are() -> None:
    assert logged("/tickets/CC-1042/?q=invitation") == "/tickets/CC-1042/?q=invitation"


def test_a_slow_sender_holds_up_the_proxy_and_no_worker() -> None:
    assert re.search(r"^\s*request_buffers unlimited$", TEXT, re.MULTILINE)
    assert re.search(r"^\s*max_size 32MB$", TEXT, re.MULTILINE)
