"""Where probes may go."""

import asyncio
from ipaddress import ip_address, ip_network

import pytest

from monitoring.probes.egress import (
    Address,
    EgressPolicy,
    EgressRefused,
    Pinned,
    check_typed,
    has_route,
    pin,
)

PUBLIC = EgressPolicy()
ON_PREMISES = EgressPolicy(allowed=(ip_network("192.168.7.0/24"),))


def pinned(host: str, policy: EgressPolicy = PUBLIC, *answers: str) -> Pinned:
    """Pin a host whose name server would answer `answers`; it is asked once at most."""
    asked: list[str] = []

    async def resolve(name: str, port: int) -> list[str]:
        asked.append(name)
        return list(answers)

    target = asyncio.run(pin(host, 5060, policy, resolve))
    assert len(asked) <= 1
    return target


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",  # noqa: S104 - refused here
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "[::1]",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_no_probe_goes_to_addresses_that_are_not_public(host: str) -> None:
    with pytest.raises(EgressRefused, match="nothing is sent there"):
        pinned(host)


@pytest.mark.parametrize(
    "host",
    ["2130706433", "127.1", "0x7f000001", "0177.0.0.1", "0x7f.1", "1.2.3.4.5", "256.1.1.1"],
)
def test_numbers_in_disguise_are_not_resolved(host: str) -> None:
    with pytest.raises(EgressRefused, match="unusual form"):
        pinned(host, PUBLIC, "8.8.8.8")


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        ".",
        "a b",
        "pbx\r\nVia: x",
        "pbx/../etc",
        "user@pbx",
        "pbx:5060",
        "a" * 254,
        "x..y",
        "-",
        "\u202epbx",
        "-h",
        "--help",
        "-oProxyCommand=id",
        ";id",
        "$(id)",
        "`id`",
        "pbx|id",
        "pbx\nid",
        "a" * 64,
        "a" * 300,
        "*.example.com",
        "pbx_1.example.com",
        "pbx-.example.com",
    ],
)
def test_what_is_no_name_is_refused_before_anything_is_asked(host: str) -> None:
    with pytest.raises(EgressRefused):
        pinned(host, PUBLIC, "8.8.8.8")
    with pytest.raises(EgressRefused):
        check_typed(host, PUBLIC)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "a loopback address"),
        ("[::1]", "a loopback address"),
        ("localhost", "a loopback address"),
        ("PBX.localhost.", "a loopback address"),
        ("169.254.169.254", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("10.1.2.3", "private or reserved"),
        ("::ffff:169.254.169.254", "a link-local address"),
        ("64:ff9b::a9fe:a9fe", "a link-local address"),
        ("2002:7f00:1::", "a loopback address"),
        ("0x7f.1", "unusual form"),
        ("１２７.0.0.1", "unusual form"),
    ],
)
def test_what_is_typed_is_refused_with_its_reason_without_asking(host: str, reason: str) -> None:
    with pytest.raises(EgressRefused, match=reason):
        check_typed(host, PUBLIC)


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("PBX.Example.com.", "pbx.example.com"),
        (" 8.8.8.8 ", "8.8.8.8"),
        ("[2001:4860:4860::8888]", "2001:4860:4860::8888"),
        ("zürich.example", "xn--zrich-kva.example"),
    ],
)
def test_what_may_be_asked_is_kept_in_its_plain_form(host: str, kept: str) -> None:
    assert check_typed(host, PUBLIC) == kept


def test_a_provider_that_allows_its_own_machine_may_name_it() -> None:
    own = EgressPolicy(allowed=(ip_network("127.0.0.0/8"),))
    assert check_typed("localhost", own) == "localhost"
    assert check_typed("192.168.7.20", ON_PREMISES) == "192.168.7.20"


def test_a_name_is_resolved_once_and_pinned_to_what_was_checked() -> None:
    assert pinned("pbx.example.com.", PUBLIC, "8.8.4.4") == Pinned(
        "pbx.example.com", "8.8.4.4", 5060
    )


def test_one_forbidden_address_behind_a_name_forbids_the_name() -> None:
    with pytest.raises(EgressRefused, match=r"10\.0\.0\.7 is private"):
        pinned("pbx.example.com", PUBLIC, "8.8.4.4", "10.0.0.7")


def test_a_scope_in_an_answer_does_not_hide_a_link_local_address() -> None:
    with pytest.raises(EgressRefused, match="link-local"):
        pinned("pbx.example.com", PUBLIC, "fe80::1%eth0")


def test_a_provider_may_allow_networks_of_its_own_premises() -> None:
    assert pinned("192.168.7.20", ON_PREMISES).address == "192.168.7.20"
    with pytest.raises(EgressRefused):
        pinned("192.168.8.20", ON_PREMISES)


def test_the_portals_own_public_addresses_are_never_probed() -> None:
    with pytest.raises(EgressRefused, match="own addresses"):
        pinned("8.8.8.8", EgressPolicy(own=(ip_network("8.8.8.0/24"),)))


def test_a_list_of_allowed_networks_does_not_open_the_portals_own() -> None:
    policy = EgressPolicy(allowed=(ip_network("10.0.0.0/8"),), own=(ip_network("10.0.5.0/24"),))
    assert check_typed("10.0.4.9", policy) == "10.0.4.9"
    with pytest.raises(EgressRefused, match="own addresses"):
        check_typed("10.0.5.9", policy)


def test_a_name_with_letters_of_another_script_is_asked_for_in_its_ascii_form() -> None:
    assert pinned("zürich.example", PUBLIC, "8.8.4.4").host == "xn--zrich-kva.example"


@pytest.mark.parametrize(
    ("without", "pinned"),
    [
        ((), "2606:4700::1"),
        ((6,), "93.184.216.34"),
        ((4,), "2606:4700::1"),
        ((4, 6), "2606:4700::1"),
    ],
)
def test_of_a_name_with_both_families_the_first_with_a_way_is_asked(
    monkeypatch: pytest.MonkeyPatch, without: tuple[int, ...], pinned: str
) -> None:
    async def both(name: str, port: int) -> list[str]:
        return ["2606:4700::1", "93.184.216.34"]

    def has_route(address: Address) -> bool:
        return address.version not in without

    monkeypatch.setattr("monitoring.probes.egress.has_route", has_route)
    target = asyncio.run(pin("pbx.example.com", 5060, EgressPolicy(), both))
    assert target == Pinned("pbx.example.com", pinned, 5060)


def test_a_route_is_looked_up_and_nothing_is_sent() -> None:
    assert has_route(ip_address("127.0.0.1"))
