"""Saying how a device is reached, and vouching for the key of its host."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.viewer import Viewer
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from monitoring.actions._ways import Way
from monitoring.actions.confirm_host_key import confirm_host_key
from monitoring.actions.create_connection import create_connection
from monitoring.actions.edit_connection import edit_connection
from monitoring.actions.remove_connection import remove_connection
from monitoring.models import Check, Connection, ProbeRequest, SiteAgent
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.monitoring.builders import build_shown_key
from tests.monitoring.test_credentials import kept, trail
from tests.monitoring.watched import watch
from tests.stage import acting, browser_of

FINGERPRINT = "SHA256:" + "Ab3/" * 10 + "+xY"


def connect(cast: Cast, way: Way | None = None, actor: Viewer | None = None) -> Connection:
    """Let Priya say how Bayview's phone system is reached."""
    actor = actor or cast.priya
    with acting(actor):
        return create_connection(
            device=cast.phone_system, way=way or Way("sip", "pbx.example.com"), actor=actor
        )


def agent_of(cast: Cast, **fields: Any) -> SiteAgent:
    """Put an agent at Bayview's site."""
    with acting(cast.priya) as scope:
        return SiteAgent.objects.create(
            provider=cast.calcom,
            customer=cast.bayview,
            site=cast.market_street,
            name="Market Street box",
            created_at=scope.now,
            **fields,
        )


def test_a_way_is_kept_in_its_plain_form(cast: Cast) -> None:
    made = connect(cast, Way("sip", " PBX.Example.com. ", 5080))
    assert (made.host, made.port, made.transport) == ("pbx.example.com", 5080, "direct")
    assert trail(cast.ruth, "connection.created")[0]["device"] == cast.phone_system.pk


BAD_TARGETS = (
    ("127.0.0.1", "a loopback address"),
    ("localhost", "a loopback address"),
    ("::1", "a loopback address"),
    ("169.254.169.254", "a link-local address"),
    ("192.168.1.20", "private or reserved"),
    ("::ffff:127.0.0.1", "a loopback address"),
    ("64:ff9b::7f00:1", "a loopback address"),
    ("2002:a9fe:a9fe::", "a link-local address"),
    ("2130706433", "unusual form"),
    ("127.1", "unusual form"),
    ("0x7f000001", "unusual form"),
    ("0177.0.0.1", "unusual form"),
    ("-h", "no name of a machine"),
    ("--help", "no name of a machine"),
    (";id", "no name of a machine"),
    ("$(id)", "no name of a machine"),
    ("a b", "no name of a machine"),
    ("*.example.com", "no name of a machine"),
    ("pbx_1", "no name of a machine"),
    ("a" * 64, "no name of a machine"),
    ("root@pbx.example.com", "no name of a machine"),
)


@pytest.mark.parametrize(("host", "reason"), BAD_TARGETS)
def test_a_bad_target_is_refused_with_the_reason_and_nothing_is_written(
    cast: Cast, host: str, reason: str
) -> None:
    with pytest.raises(BadInput, match=reason) as refusal:
        connect(cast, Way("sip", host))
    assert refusal.value.field == "host"
    with acting(cast.priya):
        assert not Connection.objects.exists()
    assert trail(cast.ruth, "connection.created") == []


def test_through_an_agent_private_addresses_are_right_and_its_own_machine_is_not(
    cast: Cast,
) -> None:
    agent = agent_of(cast)
    made = connect(cast, Way("sip", "192.168.1.20", transport="agent", agent=agent))
    assert made.host == "192.168.1.20"
    for host in ("127.0.0.1", "169.254.169.254"):
        with pytest.raises(BadInput):
            connect(cast, Way("sip", host, transport="agent", agent=agent))


def test_an_agent_is_named_and_neither_revoked_nor_anothers(cast: Cast) -> None:
    with pytest.raises(BadInput, match="Choose the agent"):
        connect(cast, Way("sip", "192.168.1.20", transport="agent"))
    with acting(cast.priya) as scope:
        gone = scope.now
    with pytest.raises(BadInput, match="was revoked"):
        connect(
            cast,
            Way("sip", "10.0.0.1", transport="agent", agent=agent_of(cast, revoked_at=gone)),
        )


def test_a_credential_fits_its_language_and_belongs_to_the_customer(cast: Cast) -> None:
    credential = kept(cast)
    with pytest.raises(BadInput, match="cannot use a credential of this kind"):
        connect(cast, Way("snmp", "switch.example.com", credential=credential))
    with pytest.raises(BadInput, match="answers nobody without a credential"):
        connect(cast, Way("ssh", "pbx.example.com"))
    elsewhere = build_device(build_site(cast.sutter, "Depot"))
    way = Way("ssh", "pbx.example.com", credential=credential)
    with acting(cast.priya), pytest.raises(BadInput, match="another customer's"):
        create_connection(device=elsewhere, way=way, actor=cast.priya)


def test_technicians_change_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        connect(cast, actor=cast.dana)


def test_a_key_is_confirmed_by_its_fingerprint_and_the_trail_keeps_both(cast: Cast) -> None:
    made = connect(cast, Way("ssh", "pbx.example.com", credential=kept(cast)))
    with acting(cast.priya):
        confirmed = confirm_host_key(connection=made, fingerprint=FINGERPRINT, actor=cast.priya)
    assert confirmed.host_key == FINGERPRINT
    assert confirmed.host_key_confirmed_by_id == cast.priya.membership_id
    (entry,) = trail(cast.ruth, "host_key.confirmed")
    assert (entry["fingerprint"], entry["former"]) == (FINGERPRINT, "")


@pytest.mark.parametrize("text", ["", "SHA256:short", "MD5:aa:bb", FINGERPRINT + "=", "ssh-rsa A"])
def test_what_is_no_fingerprint_is_refused(cast: Cast, text: str) -> None:
    made = connect(cast, Way("ssh", "pbx.example.com", credential=kept(cast)))
    with acting(cast.priya), pytest.raises(BadInput):
        confirm_host_key(connection=made, fingerprint=text, actor=cast.priya)


def test_another_target_forgets_the_confirmed_key_and_another_credential_does_not(
    cast: Cast,
) -> None:
    credential = kept(cast)
    way = Way("ssh", "pbx.example.com", credential=credential)
    made = connect(cast, way)
    with acting(cast.priya):
        confirm_host_key(connection=made, fingerprint=FINGERPRINT, actor=cast.priya)
        other = Way("ssh", "pbx.example.com", credential=kept(cast, "Another"))
        kept_key = edit_connection(connection=made, way=other, actor=cast.priya)
        assert kept_key.host_key == FINGERPRINT
        moved = Way("ssh", "pbx2.example.com", credential=credential)
        forgotten = edit_connection(connection=made, way=moved, actor=cast.priya)
    assert (forgotten.host_key, forgotten.host_key_confirmed_at) == ("", None)


def test_a_connection_in_use_stays_and_paused_checks_let_it_go(cast: Cast) -> None:
    made = connect(cast)
    check = watch(cast.phone_system, connection=made)
    with acting(cast.priya) as scope:
        with pytest.raises(RuleBroken, match="“SIP answers”"):
            remove_connection(connection=made, actor=cast.priya)
        Check.objects.filter(pk=check.pk).update(paused_at=scope.now)
        remove_connection(connection=made, actor=cast.priya)
        assert not Connection.objects.exists()
        assert Check.objects.get().connection_id is None


def test_the_pages_lead_from_a_device_to_a_connection_with_a_confirmed_key(cast: Cast) -> None:
    credential, browser = kept(cast), browser_of(cast.priya)
    device = cast.phone_system.pk
    form = {
        "transport": "direct",
        "host": "pbx.example.com",
        "port": "",
        "credential": credential.pk,
        "submission": str(uuid.uuid4()),
    }
    address = f"/devices/{device}/watch/connection/?driver=ssh"
    assert browser.get(address).status_code == 200
    assert [browser.post(address, form).status_code for _ in range(2)] == [303, 303]
    with acting(cast.priya):
        made = Connection.objects.get()
    page = browser.get(f"/connections/{made.pk}/").content.decode()
    assert "Nobody has vouched for this machine yet" in page
    assert browser.post(f"/connections/{made.pk}/key/look/").status_code == 303
    with acting(cast.priya):
        asked = ProbeRequest.objects.get()
        assert (asked.kind, asked.purpose) == ("ssh-key", "host_key")
        ProbeRequest.objects.update(
            answered_at=asked.asked_at,
            outcome="alive",
            words="It shows its key",
            facts={"ssh.host_key": FINGERPRINT},
        )
    assert FINGERPRINT in browser.get(f"/connections/{made.pk}/").content.decode()
    answer = browser.post(f"/connections/{made.pk}/key/", {"fingerprint": FINGERPRINT})
    assert answer.status_code == 303
    page = browser.get(f"/connections/{made.pk}/").content.decode()
    assert "Confirmed" in page
    assert "I have compared it" not in page


def test_a_key_that_changed_is_shown_as_a_danger(cast: Cast) -> None:
    made = connect(cast, Way("ssh", "pbx.example.com", credential=kept(cast)))
    with acting(cast.priya):
        confirm_host_key(connection=made, fingerprint=FINGERPRINT, actor=cast.priya)
        build_shown_key(made, FINGERPRINT.replace("Ab3", "Zz9"))
    page = browser_of(cast.priya).get(f"/connections/{made.pk}/").content.decode()
    assert "another key than the confirmed one" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": "127.0.0.1"}, "127.0.0.1 is a loopback address, so nothing is sent there."),
        ({"host": "pbx\nexample"}, "Write this on one line."),
        ({"port": "65536"}, "from 1 to 65,535"),
        ({"port": "٣"}, "digits 0 to 9"),
        ({"transport": "carrier pigeon"}, "Select a valid choice"),
        ({"credential": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_refused_at_its_field(cast: Cast, fields: Any, words: str) -> None:
    form = {"transport": "direct", "host": "pbx.example.com", "submission": str(uuid.uuid4())}
    address = f"/devices/{cast.phone_system.pk}/watch/connection/?driver=sip"
    answer = browser_of(cast.priya).post(address, form | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with acting(cast.priya):
        assert not Connection.objects.exists()
