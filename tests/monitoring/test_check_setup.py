"""Setting checks up: the rules, the editor, "test now", what suits a device, pausing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from accounts.tokens import hashed
from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from monitoring.actions._check_rules import CheckFacts
from monitoring.actions._ways import Way
from monitoring.actions.apply_presets import apply_presets, presets_for
from monitoring.actions.create_check import create_check
from monitoring.actions.edit_check import edit_check
from monitoring.actions.pause_check import pause_check
from monitoring.actions.renew_address import renew_address
from monitoring.actions.resume_check import resume_check
from monitoring.check_settings import KINDS_OF_DRIVER, SETTINGS
from monitoring.models import Check, Connection, ProbeRequest
from monitoring.ways import HOST_KEY, KINDS, LANGUAGES, PRESETS
from tests.builders import build_device, build_site
from tests.cast import Cast
from tests.monitoring.test_connections import connect
from tests.monitoring.test_credentials import kept, trail
from tests.monitoring.watched import watch
from tests.stage import acting, browser_of


def facts(connection: Connection | None = None, **changes: Any) -> CheckFacts:
    """Return a check over SIP, with changes."""
    return CheckFacts(**{"name": "SIP", "kind": "sip-udp", "connection": connection, **changes})


def test_the_tables_of_words_languages_and_presets_know_the_same_kinds() -> None:
    assert set(KINDS) == set(SETTINGS) - {HOST_KEY}
    for presets in PRESETS.values():
        for preset in presets:
            assert preset.kind in KINDS_OF_DRIVER[preset.driver]
            assert preset.driver in LANGUAGES
            assert set(preset.settings) <= {setting.name for setting in SETTINGS[preset.kind]}


def test_a_new_check_waits_for_its_first_answer_with_all_settings_filled_in(cast: Cast) -> None:
    line = connect(cast)
    with acting(cast.priya):
        made, token = create_check(device=cast.phone_system, facts=facts(line), actor=cast.priya)
    assert (made.state, made.settled, made.every_seconds, made.timeout_ms) == (
        "pending", "pending", 60, 5000,
    )  # fmt: skip
    assert made.settings["degraded"] == "503"
    assert (token, made.token_hash) == ("", "")
    assert trail(cast.ruth, "check.created")[0]["kind"] == "sip-udp"


def test_a_device_that_reports_by_itself_gets_an_address_whose_hash_is_kept(cast: Cast) -> None:
    beat = facts(None, kind="heartbeat", every=timedelta(hours=1))
    with acting(cast.priya):
        made, token = create_check(device=cast.phone_system, facts=beat, actor=cast.priya)
        assert len(token) == 22
        assert made.token_hash == hashed(token)
        renewed = renew_address(check=made, actor=cast.priya)
        assert Check.objects.get().token_hash == hashed(renewed) != hashed(token)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "telepathy"}, "kind"),
        ({"kind": "snmp"}, "kind"),
        ({"kind": "sip-login"}, "connection"),
        ({"connection": None}, "connection"),
        ({"settings": {"host": "127.0.0.1"}}, "host"),
        ({"settings": {"host": "169.254.169.254"}}, "host"),
        ({"settings": {"alive": "two hundred"}}, "alive"),
        ({"settings": {"colour": "red"}}, "colour"),
        ({"every": timedelta(seconds=29)}, "every"),
        ({"every": timedelta(days=2)}, "every"),
        ({"timeout": timedelta(seconds=61)}, "timeout"),
        ({"every": timedelta(seconds=30), "timeout": timedelta(seconds=31)}, "timeout"),
        ({"retry_after": timedelta(seconds=1)}, "retry_after"),
        ({"failures": 0}, "failures"),
        ({"successes": 11}, "successes"),
        ({"opens": "a bottle"}, "opens"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    wanted = facts(**{"connection": connect(cast), **changes})
    with acting(cast.priya):
        with pytest.raises(BadInput) as refusal:
            create_check(device=cast.phone_system, facts=wanted, actor=cast.priya)
        assert refusal.value.field == field
        assert not Check.objects.exists()


@pytest.mark.parametrize(
    "page",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "https://localhost:8000/admin",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_page_that_may_not_be_fetched_is_refused_with_the_reason(cast: Cast, page: str) -> None:
    web = facts(connect(cast, Way("web", "pbx.example.com")), kind="web", settings={"page": page})
    with acting(cast.priya), pytest.raises(BadInput, match=r"loopback|link-local|unusual form"):
        create_check(device=cast.phone_system, facts=web, actor=cast.priya)


def test_a_port_has_to_be_named_somewhere(cast: Cast) -> None:
    line = connect(cast, Way("network", "pbx.example.com"))
    plain = facts(line, kind="tcp", name="Port is open")
    with acting(cast.priya):
        with pytest.raises(BadInput, match="which port") as refusal:
            create_check(device=cast.phone_system, facts=plain, actor=cast.priya)
        assert refusal.value.field == "port"
        named = facts(line, kind="tcp", name="Port is open", settings={"port": "443"})
        made, _ = create_check(device=cast.phone_system, facts=named, actor=cast.priya)
    assert made.settings["port"] == 443


def test_checks_do_not_wait_for_each_other_in_a_ring(cast: Cast) -> None:
    line = connect(cast)
    with acting(cast.priya):
        router, _ = create_check(
            device=cast.phone_system, facts=facts(line, name="Router"), actor=cast.priya
        )
        phone, _ = create_check(
            device=cast.phone_system,
            facts=facts(line, name="Phone", parent=router),
            actor=cast.priya,
        )
        with pytest.raises(BadInput, match="waits for this check itself") as refusal:
            edit_check(
                check=router, facts=facts(line, name="Router", parent=phone), actor=cast.priya
            )
    assert refusal.value.field == "parent"


def test_a_parent_of_another_customer_is_refused(cast: Cast) -> None:
    stranger = watch(build_device(build_site(cast.sutter, "Depot")))
    wanted = facts(connect(cast), parent=stranger)
    with acting(cast.priya), pytest.raises(BadInput, match="another customer"):
        create_check(device=cast.phone_system, facts=wanted, actor=cast.priya)


def test_an_edit_leaves_alone_how_the_check_stands(cast: Cast) -> None:
    line = connect(cast)
    check = watch(cast.phone_system, state="down", connection=line, settled="down")
    slower = facts(line, name=check.name, every=timedelta(minutes=5))
    with acting(cast.priya):
        edit_check(check=check, facts=slower, actor=cast.priya)
        now = Check.objects.get()
    assert (now.every_seconds, now.state, now.settled) == (300, "down", "down")
    assert trail(cast.ruth, "check.changed")[0]["changed"] == ["settings", "every_seconds"]


def test_a_paused_check_is_taken_up_again(cast: Cast) -> None:
    check = watch(cast.phone_system)
    with acting(cast.priya):
        assert pause_check(check=check, actor=cast.priya).paused_at is not None
        pause_check(check=check, actor=cast.priya)
        assert resume_check(check=check, actor=cast.priya).paused_at is None
    assert len(trail(cast.ruth, "check.paused")) == 1
    with acting(cast.dana), pytest.raises(NotAllowed):
        pause_check(check=check, actor=cast.dana)


def test_what_suits_a_phone_system_is_set_up_in_one_go_behind_its_ping(cast: Cast) -> None:
    way = Way("network", "pbx.example.com")
    with acting(cast.priya):
        made = apply_presets(
            device=cast.phone_system, codes=["ping", "sip", "web"], way=way, actor=cast.priya
        )
        again = apply_presets(
            device=cast.phone_system, codes=["ping", "sip"], way=way, actor=cast.priya
        )
        assert [line.driver for line in Connection.objects.order_by("pk")] == [
            "network", "sip", "web",
        ]  # fmt: skip
    assert [check.name for check in made] == [
        "Answers pings", "SIP answers", "Web page and certificate",
    ]  # fmt: skip
    assert [check.parent_id for check in made] == [None, made[0].pk, made[0].pk]
    assert again == []


@pytest.mark.parametrize("calls", [[["ping"], ["sip", "web"]], [["sip", "web"], ["ping"]]])
def test_the_ping_comes_before_the_others_in_whichever_order_they_were_chosen(
    cast: Cast, calls: list[list[str]]
) -> None:
    way = Way("network", "pbx.example.com")
    with acting(cast.priya):
        for codes in calls:
            apply_presets(device=cast.phone_system, codes=codes, way=way, actor=cast.priya)
        rows = Check.objects.values_list("kind", "parent__kind")
        assert dict(rows) == {"ping": None, "sip-udp": "ping", "web": "ping"}


def test_a_check_that_waits_for_another_one_keeps_it_when_a_ping_is_added(cast: Cast) -> None:
    way = Way("network", "pbx.example.com")
    router = watch(build_device(cast.market_street, "Router"))
    with acting(cast.priya):
        (web,) = apply_presets(device=cast.phone_system, codes=["web"], way=way, actor=cast.priya)
        Check.objects.filter(pk=web.pk).update(parent=router)
        apply_presets(device=cast.phone_system, codes=["ping"], way=way, actor=cast.priya)
        assert Check.objects.get(pk=web.pk).parent_id == router.pk


def test_a_preset_that_needs_a_secret_says_so_and_nothing_is_created(cast: Cast) -> None:
    way = Way("network", "pbx.example.com")
    browser = browser_of(cast.priya)
    form = {"host": way.host, "checks": ["ping", "trunks"], "submission": str(uuid.uuid4())}
    answer = browser.post(f"/devices/{cast.phone_system.pk}/watch/", form)
    assert answer.status_code == 422
    assert "needs a connection with a credential" in answer.content.decode()
    with acting(cast.priya):
        assert not Check.objects.exists()
        assert not Connection.objects.exists()


def test_every_kind_of_device_has_checks_that_suit_it(cast: Cast) -> None:
    assert {preset.code for preset in presets_for(cast.phone_system)} >= {"ping", "sip"}
    assert set(PRESETS) == {"pbx", "phone", "gateway", "switch", "access_point", "ups", "other"}


def test_a_retired_device_is_not_watched(cast: Cast) -> None:
    line = connect(cast)
    with acting(cast.priya) as scope:
        cast.phone_system.retired_on = scope.now.date()
        cast.phone_system.save(update_fields=["retired_on"])
        with pytest.raises(RuleBroken, match="out of service"):
            create_check(device=cast.phone_system, facts=facts(line), actor=cast.priya)


def typed(**changes: Any) -> dict[str, Any]:
    """Return what the editor of a SIP check sends."""
    return {
        "name": "SIP",
        "host": "",
        "port": "",
        "alive": "",
        "degraded": "503",
        "limits": "",
        "every": "60",
        "timeout": "5",
        "failures": "3",
        "successes": "2",
        "retry_after": "20",
        "parent": "",
        "opens": "auto",
        "submission": str(uuid.uuid4()),
        **changes,
    }


def test_the_editor_adds_a_check_once_and_changes_it(cast: Cast) -> None:
    line, browser = connect(cast), browser_of(cast.priya)
    query = f"?kind=sip-udp&connection={line.pk}"
    address = f"/devices/{cast.phone_system.pk}/watch/check/{query}"
    assert "Is the call engine alive?" in browser.get(address).content.decode()
    form = typed()
    assert [browser.post(address, form).status_code for _ in range(2)] == [303, 303]
    with acting(cast.priya):
        made = Check.objects.get()
    edited = browser.post(f"/checks/{made.pk}/edit/", typed(name="Trunk answers", every="300"))
    assert edited.status_code == 303
    with acting(cast.priya):
        made = Check.objects.get()
    assert (made.name, made.every_seconds) == ("Trunk answers", 300)
    assert (
        "Trunk answers" in browser.get(f"/devices/{cast.phone_system.pk}/watch/").content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "127.0.0.1"}, "127.0.0.1 is a loopback address, so nothing is sent there."),
        ({"alive": "200-"}, "Write status codes such as"),
        ({"name": ""}, "required"),
        ({"every": "29"}, "Select a valid choice"),
        ({"failures": "1e3"}, "digits 0 to 9"),
        ({"parent": "0x1"}, "Select a valid choice"),
    ],
)
def test_bad_input_comes_back_with_the_field_named(
    cast: Cast, changes: dict[str, Any], words: str
) -> None:
    query = f"?kind=sip-udp&connection={connect(cast).pk}"
    address = f"/devices/{cast.phone_system.pk}/watch/check/{query}"
    answer = browser_of(cast.priya).post(address, typed(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with acting(cast.priya):
        assert not Check.objects.exists()


def test_a_test_asks_what_stands_in_the_editor_and_shows_the_answer(cast: Cast) -> None:
    line, browser = connect(cast), browser_of(cast.priya)
    address = f"/devices/{cast.phone_system.pk}/watch/test/?kind=sip-udp&connection={line.pk}"
    headers = {"HX-Request": "true"}
    waiting = browser.post(address, typed(name="", timeout="10"), headers=headers)
    assert "Waits to be asked" in waiting.content.decode()
    with acting(cast.priya):
        asked = ProbeRequest.objects.get()
        assert (asked.kind, asked.purpose, asked.timeout_ms) == ("sip-udp", "test", 10_000)
        assert asked.connection_id == line.pk
        ProbeRequest.objects.update(
            answered_at=asked.asked_at,
            outcome="alive",
            took_us=1234,
            words="200 OK",
            facts={"sip.server": "Asterisk", "disk.used_percent:/var": 71, "odd": 1},
        )
    shown = browser.get(f"/questions/{asked.pk}/", headers=headers).content.decode()
    assert "It answers" in shown
    assert "1.2 ms" in shown
    assert "Software that SIP names" in shown
    assert "(/var)" in shown
    assert "71 %" in shown
    assert "hx-get" not in shown


def test_a_test_of_a_forbidden_target_says_why_and_asks_nobody(cast: Cast) -> None:
    line = connect(cast)
    address = f"/devices/{cast.phone_system.pk}/watch/test/?kind=sip-udp&connection={line.pk}"
    answer = browser_of(cast.priya).post(address, typed(host="10.0.0.1"))
    assert answer.status_code == 422
    assert "Nothing was sent." in answer.content.decode()
    assert "10.0.0.1 is private or reserved" in answer.content.decode()
    with acting(cast.priya):
        assert not ProbeRequest.objects.exists()


def test_a_technician_asks_an_existing_check_out_of_turn(cast: Cast) -> None:
    check = watch(cast.phone_system, settings={}, connection=connect(cast))
    answer = browser_of(cast.dana).post(f"/checks/{check.pk}/ask/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    with acting(cast.dana):
        assert ProbeRequest.objects.get().of_check_id == check.pk


def test_a_reporting_address_is_shown_once(cast: Cast) -> None:
    browser, device = browser_of(cast.priya), cast.phone_system.pk
    form = {
        "name": "Nightly backup", "grace_seconds": "600", "every": "3600", "opens": "auto",
        "parent": "", "submission": str(uuid.uuid4()),
    }  # fmt: skip
    address = f"/devices/{device}/watch/check/?kind=heartbeat"
    first = browser.post(address, form)
    assert first.status_code == 200
    assert "/beat/" in first.content.decode()
    assert browser.post(address, form).status_code == 303
    with acting(cast.priya):
        made = Check.objects.get()
    assert "/beat/" not in browser.get(f"/checks/{made.pk}/").content.decode()


def test_a_check_of_a_device_through_anothers_connection_is_not_there(cast: Cast) -> None:
    line = connect(cast)
    other = build_device(cast.market_street, "Fax")
    browser = browser_of(cast.priya)
    for query in (f"?kind=sip-udp&connection={line.pk}", "?kind=ping", "?connection=01", ""):
        assert browser.get(f"/devices/{other.pk}/watch/check/{query}").status_code == 404
    with acting(cast.priya), pytest.raises(BadInput, match="another device"):
        create_check(device=other, facts=facts(line), actor=cast.priya)


def test_a_login_needs_the_credential_of_its_connection(cast: Cast) -> None:
    line = connect(cast, Way("sip", "pbx.example.com", credential=kept(cast)))
    with acting(cast.priya):
        made, _ = create_check(
            device=cast.phone_system, facts=facts(line, kind="sip-login"), actor=cast.priya
        )
    assert made.kind == "sip-login"
