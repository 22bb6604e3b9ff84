"""A NUT server over the wire."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from monitoring.probes.limits import USUAL_LIMITS, judged
from monitoring.probes.nut import probe_ups
from monitoring.probes.results import Outcome, ProbeResult
from tests.monitoring.wire import Stream, at, stream_server

SECOND = timedelta(seconds=1)
ON_LINE = {
    "ups.status": "OL CHRG",
    "battery.charge": "97",
    "battery.runtime": "1530",
    "battery.mfr.date": "2024/03/01",
    "ups.load": "31.5",
    "ups.model": "Smart 1500",
}
ON_BATTERY = {**ON_LINE, "ups.status": "OB LB RB", "battery.charge": "18", "battery.runtime": "120"}


def nut(*supplies: str, told: Mapping[str, str] = ON_LINE, error: str = "") -> Stream:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            if line == "LIST UPS":
                rows = [f'UPS {name} "of the lab"' for name in supplies]
            else:
                name = line.split()[-1]
                rows = [f'VAR {name} {key} "{value}"' for key, value in told.items()]
                if error:
                    writer.write(f"ERR {error}\n".encode())
                    continue
            writer.write("\n".join([f"BEGIN {line}", *rows, f"END {line}\n"]).encode())

    return talk


def ask(talk: Stream, name: str = "", deadline: timedelta = SECOND) -> ProbeResult:
    async def run() -> ProbeResult:
        async with stream_server(talk) as port:
            return await probe_ups(at(port), deadline, name)

    return asyncio.run(run())


def test_a_power_supply_on_line_is_well() -> None:
    result = ask(nut("lab"))
    assert (result.outcome, result.words) == (Outcome.ALIVE, "The power supply says OL CHRG")
    assert result.facts == {
        "ups.charge_percent": 97.0,
        "ups.load_percent": 31.5,
        "ups.runtime_minutes": 25.5,
        "ups.model": "Smart 1500",
        "ups.status": "OL CHRG",
        "ups.battery_date": "2024/03/01",
        "ups.on_battery": 0,
        "ups.battery_low": 0,
        "ups.replace_battery": 0,
    }
    assert judged(result, USUAL_LIMITS).outcome is Outcome.ALIVE


def test_one_on_its_battery_is_degraded_and_says_so() -> None:
    told = judged(ask(nut("lab", told=ON_BATTERY)), USUAL_LIMITS)
    assert told.outcome is Outcome.DEGRADED
    assert told.words == (
        "The battery lasts for: 2 minutes; It runs on its battery;"
        " Its battery is nearly empty and 1 more"
    )


def test_one_of_several_has_to_be_named() -> None:
    several = ask(nut("cellar", "attic"))
    assert (several.outcome, several.words) == (
        Outcome.UNKNOWN,
        "The server has 2 power supplies: name one",
    )
    assert ask(nut("cellar", "attic"), "attic").outcome is Outcome.ALIVE


def test_a_server_that_lost_its_power_supply_is_degraded() -> None:
    for error in ("DATA-STALE", "DRIVER-NOT-CONNECTED", "UNKNOWN-UPS"):
        result = ask(nut("lab", error=error))
        assert (result.outcome, result.words) == (
            Outcome.DEGRADED,
            "The NUT server answers, and cannot read the power supply",
        )
    assert ask(nut("lab", told={})).words == "It does not tell its state"


@pytest.mark.parametrize("name", ["a b", "x\nSET VAR", "ups@host", "x" * 65])
def test_a_name_cannot_add_commands_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        ask(nut("lab"), name)


def says(text: bytes) -> Stream:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        await reader.read()

    return talk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"SSH-2.0-x\r\n", "What answered is no NUT server"),
        (b"\xff\xfe\n", "What answered is no NUT server"),
        (b"x" * 10_000_000, "What answered is no NUT server"),
        (
            b"BEGIN LIST UPS\n" + b"UPS a\n" * 5 + b"END LIST UPS\n",
            "What answered is no NUT server",
        ),
        (b"BEGIN LIST UPS\n" + b"y" * 10_000_000, "The answer is too long"),
        (b"", "No answer within 0.3 s"),
    ],
)
def test_a_server_that_misbehaves_is_dead(text: bytes, words: str) -> None:
    result = ask(says(text), deadline=SECOND * 0.3)
    assert (result.outcome, result.words) == (Outcome.DEAD, words)


def test_a_closed_port_is_refused() -> None:
    async def run() -> ProbeResult:
        async with stream_server(says(b"")) as port:
            pass
        return await probe_ups(at(port), SECOND)

    assert asyncio.run(run()).words == "The connection was refused"
