"""An agent comes in once with its code, is known by its key, and is shut out for good."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import asyncssh
import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from accounts.models import AuditEntry
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from calcom_portal.common.tenancy import system_scope
from contracts.models import Site
from monitoring.actions.enrol_agent import CodeRefused, enrol_agent
from monitoring.actions.invite_agent import invite_agent
from monitoring.actions.renew_agent_code import renew_agent_code
from monitoring.actions.revoke_agent import revoke_agent
from monitoring.agent_codes import fresh_code, hash_of_code
from monitoring.agent_keys import hub_keys, hub_public_keys, read_public_key
from monitoring.models import SiteAgent
from tests.cast import Cast
from tests.stage import DatabaseTime, acting

MONDAY = "2026-06-15T09:00:00-07:00"


def public_key() -> str:
    key = asyncssh.generate_private_key("ssh-ed25519")
    return key.export_public_key().decode().strip()


def invited(cast: Cast, name: str = "Rack PC") -> tuple[SiteAgent, str]:
    with acting(cast.priya):
        return invite_agent(site=cast.market_street, name=name, actor=cast.priya)


def enrolled(code: str, key: str | None = None) -> SiteAgent:
    with system_scope("test"):
        return enrol_agent(code=code, public_key=key or public_key(), version="1.0.0")


def post(**body: Any) -> Any:
    return Client().post("/agent/enrol/", json.dumps(body), content_type="application/json")


def test_an_agent_comes_in_with_its_code_and_is_known_by_its_key(cast: Cast) -> None:
    agent, code = invited(cast)
    key = public_key()
    assert enrolled(code.lower().replace("-", " "), key).pk == agent.pk
    with acting(cast.priya):
        agent.refresh_from_db()
        acts = list(AuditEntry.objects.filter(action__startswith="agent.").order_by("number"))
    assert agent.public_key.split()[:2] == key.split()[:2]
    assert agent.fingerprint == asyncssh.import_public_key(key).get_fingerprint()
    assert (agent.code_hash, agent.version) == ("", "1.0.0")
    assert [act.action for act in acts] == ["agent.invited", "agent.enrolled"]
    assert code.replace("-", "") not in "".join(act.body for act in acts)


def test_a_code_is_good_once(cast: Cast) -> None:
    _, code = invited(cast)
    enrolled(code)
    with pytest.raises(CodeRefused):
        enrolled(code)


def test_a_code_is_good_for_a_day(cast: Cast, database_time: DatabaseTime) -> None:
    monday = database_time.set(MONDAY)
    _, code = invited(cast)
    database_time.set(monday + timedelta(hours=24, seconds=1))
    with pytest.raises(CodeRefused):
        enrolled(code)


def test_another_code_ends_the_first_one(cast: Cast) -> None:
    agent, code = invited(cast)
    with acting(cast.priya):
        another = renew_agent_code(agent=agent, actor=cast.priya)
    with pytest.raises(CodeRefused):
        enrolled(code)
    assert enrolled(another).pk == agent.pk
    with acting(cast.priya), pytest.raises(RuleBroken, match="any more"):
        renew_agent_code(agent=agent, actor=cast.priya)


def test_a_revoked_agent_stays_out_and_revoking_twice_is_once(cast: Cast) -> None:
    agent, code = invited(cast)
    with acting(cast.priya):
        revoke_agent(agent=agent, actor=cast.priya)
        revoke_agent(agent=agent, actor=cast.priya)
        assert AuditEntry.objects.filter(action="agent.revoked").count() == 1
    with pytest.raises(CodeRefused):
        enrolled(code)


def test_one_key_is_one_agent(cast: Cast) -> None:
    (_, first), (_, second) = invited(cast), invited(cast, "Spare PC")
    key = public_key()
    enrolled(first, key)
    with pytest.raises(CodeRefused):
        enrolled(second, key)


def test_technicians_and_customers_prepare_and_revoke_none(cast: Cast) -> None:
    agent, _ = invited(cast)
    for person in (cast.dana, cast.amit):
        with acting(person):
            with pytest.raises(NotAllowed):
                invite_agent(site=Site.objects.get(), name="Mine", actor=person)
            with pytest.raises(NotAllowed):
                revoke_agent(agent=agent, actor=person)


def test_a_name_is_taken_once_at_a_site(cast: Cast) -> None:
    invited(cast)
    for name in ("Rack PC", "  "):
        with pytest.raises(BadInput) as refusal:
            invited(cast, name)
        assert refusal.value.field == "name"


def test_codes_are_read_as_people_write_them() -> None:
    code = fresh_code()
    assert len(code) == 19
    assert hash_of_code(code) == hash_of_code(code.lower().replace("-", ""))
    assert hash_of_code("0O1I-L000-0000-0000") == hash_of_code("0011-1000-0000-0000")
    for bad in ("", "XXXX", code + "A", "UUUU-UUUU-UUUU-UUUU", "٣" * 16):
        assert hash_of_code(bad) == ""


@pytest.mark.parametrize(
    "told", ["", "ssh-rsa AAAA", "ssh-ed25519 !!!", "x" * 10_000, "ssh-ed25519"]
)
def test_what_is_no_key_is_refused(told: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_public_key(told)
    assert refusal.value.field == "public_key"


def test_a_key_of_another_kind_is_refused() -> None:
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()
    with pytest.raises(BadInput):
        read_public_key(key)


def test_the_hubs_key_follows_the_secret_key_and_the_former_one_stays_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [before] = hub_public_keys()
    former = settings.SECRET_KEY
    monkeypatch.setattr(settings, "SECRET_KEY", "another one")
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [former])
    now = hub_public_keys()
    assert (now[1], len(now), now[0] != before) == (before, 2, True)
    private = [asyncssh.import_private_key(key).export_public_key().decode() for key in hub_keys()]
    assert [key.split()[1] for key in private] == [key.split()[1] for key in now]


def test_the_address_answers_with_the_hubs(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "AGENT_HUBS", ["hub.example.com:7022"])
    agent, code = invited(cast)
    answer = post(code=code, public_key=public_key(), version="1.0.0")
    assert answer.status_code == 201
    assert answer.json() == {
        "agent": agent.pk,
        "hubs": ["hub.example.com:7022"],
        "hub_keys": hub_public_keys(),
    }


def test_the_address_says_which_part_is_wrong(cast: Cast) -> None:
    _, code = invited(cast)
    assert post(code="nonsense", public_key=public_key()).json()["field"] == "code"
    assert post(code=code, public_key="nonsense").json()["field"] == "public_key"
    assert post(code=7, public_key=public_key()).json()["field"] == "code"
    assert post(code=code, public_key="a\0b").json()["field"] == "public_key"
    raw = Client().post("/agent/enrol/", "[" * 5000, content_type="application/json")
    assert (raw.status_code, raw.json()["field"]) == (400, "body")


def test_codes_cannot_be_tried_for_long(cast: Cast) -> None:
    caches["default"].clear()
    answers = [post(code=fresh_code(), public_key=public_key()).status_code for _ in range(21)]
    caches["default"].clear()
    assert answers == [400] * 20 + [429]
