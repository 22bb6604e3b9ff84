"""What SNMP objects say about interfaces, storage and power supplies."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring.probes.facts import fact_of
from monitoring.probes.snmp_tables import READERS, Objects, SnmpTopic

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
STORAGE, KINDS = "1.3.6.1.2.1.25.2.3.1", "1.3.6.1.2.1.25.2.1"
UCD, UPS = "1.3.6.1.4.1.2021", "1.3.6.1.2.1.33.1"


def interface(row: int, name: str, *, kind: int = 6, wanted: int = 1, state: int = 1) -> Objects:
    return {
        f"{IF}.2.{row}": name.encode(),
        f"{IF}.3.{row}": kind,
        f"{IF}.7.{row}": wanted,
        f"{IF}.8.{row}": state,
    }


def test_interfaces_tell_their_link_and_their_errors() -> None:
    objects = {
        **interface(1, "lo", kind=24),
        **interface(2, "Gigabit 0/1"),
        f"{IFX}.1.2": b"gi1",
        f"{IFX}.15.2": 1000,
        f"{IF}.11.2": 1_500,
        f"{IF}.17.2": 490,
        f"{IF}.14.2": 8,
        f"{IF}.20.2": 2,
        **interface(3, "gi2", state=2),
        **interface(4, "gi3", wanted=2, state=2),
    }
    assert READERS[SnmpTopic.INTERFACES].read(objects) == {
        "if.up:gi1": 1,
        "if.packets:gi1": 1_990,
        "if.errors_percent:gi1": 0.5,
        "if.speed_mbit:gi1": 1000,
        "if.up:gi2": 0,
        "if.down": 1,
    }


def test_storage_tells_disks_and_memory() -> None:
    objects: Objects = {
        f"{STORAGE}.2.1": f"{KINDS}.2",
        f"{STORAGE}.3.1": b"Physical memory",
        f"{STORAGE}.5.1": 1000,
        f"{STORAGE}.6.1": 900,
        f"{STORAGE}.2.31": f"{KINDS}.4",
        f"{STORAGE}.3.31": b"/var",
        f"{STORAGE}.4.31": 4096,
        f"{STORAGE}.5.31": 1_000_000,
        f"{STORAGE}.6.31": 930_000,
        f"{STORAGE}.2.32": f"{KINDS}.4",
        f"{STORAGE}.3.32": b"/empty",
        f"{STORAGE}.5.32": 0,
        f"{STORAGE}.6.32": 0,
    }
    disks = {"disk.used_percent:/var": 93.0, "disk.free_mb:/var": 273}
    read = READERS[SnmpTopic.STORAGE].read
    assert read(objects) == {**disks, "memory.used_percent": 90.0}
    # A Linux says how much of that is only cached.
    linux: Objects = {
        f"{UCD}.4.5.0": 1000,
        f"{UCD}.4.6.0": 100,
        f"{UCD}.4.14.0": 100,
        f"{UCD}.4.15.0": 300,
        f"{UCD}.10.1.3.1": b"0.30",
        f"{UCD}.10.1.3.2": b"0.25",
        f"{UCD}.10.1.3.3": b"1.00",
        "1.3.6.1.2.1.25.3.3.1.1.1": "0.0",
        "1.3.6.1.2.1.25.3.3.1.1.2": "0.0",
    }
    assert read({**objects, **linux}) == {
        **disks,
        "memory.used_percent": 50.0,
        "load.1m": 0.3,
        "load.5m": 0.25,
        "load.15m": 1.0,
        "cpu.cores": 2,
        "load.per_core": 0.5,
    }


def test_a_power_supply_tells_that_it_runs_on_its_battery() -> None:
    objects: Objects = {
        f"{UPS}.1.2.0": b"Smart-UPS 1500",
        f"{UPS}.2.1.0": 3,
        f"{UPS}.2.3.0": 4,
        f"{UPS}.2.4.0": 21,
        f"{UPS}.4.1.0": 5,
        f"{UPS}.4.4.1.5.1": 31,
        f"{UPS}.4.4.1.5.2": 44,
    }
    assert READERS[SnmpTopic.UPS].read(objects) == {
        "ups.model": "Smart-UPS 1500",
        "ups.status": "battery",
        "ups.on_battery": 1,
        "ups.battery_low": 1,
        "ups.runtime_minutes": 4,
        "ups.charge_percent": 21,
        "ups.load_percent": 44,
    }


def test_a_switch_tells_how_much_of_its_power_is_given_to_phones() -> None:
    supply = "1.3.6.1.2.1.105.1.3.1.1"
    objects: Objects = {
        f"{supply}.2.1": 370,
        f"{supply}.4.1": 333,
        f"{supply}.2.2": 0,
        f"{supply}.4.2": 0,
        f"{supply}.2.3": 740,
    }
    assert READERS[SnmpTopic.POE].read(objects) == {"poe.used_percent:1": 90.0}


def test_an_agent_that_has_none_of_it_tells_no_facts() -> None:
    for reader in READERS.values():
        assert reader.read({}) == {}
    assert set(READERS) == set(SnmpTopic)


OBJECT = st.sampled_from(
    sorted({name for reader in READERS.values() for name in reader.single + reader.columns})
)
VALUE = st.none() | st.integers() | st.binary() | st.text() | st.floats()


@given(
    st.sampled_from(list(SnmpTopic)),
    st.dictionaries(OBJECT | OBJECT.map(lambda name: f"{name}.1"), VALUE),
)
def test_values_of_the_wrong_kind_are_no_facts(topic: SnmpTopic, objects: Objects) -> None:
    assert all(fact_of(name) for name in READERS[topic].read(objects))
