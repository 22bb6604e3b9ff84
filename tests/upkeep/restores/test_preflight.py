"""What has to hold before a restore may be confirmed."""

from dataclasses import replace

import pytest

from upkeep.restores.preflight import (
    Artifact,
    Found,
    Looked,
    Weight,
    look_at_system,
    look_in_books,
    must_accept,
    stops,
)

GOOD = Artifact(
    2,
    False,
    100_000_000,
    "20.6",
    {"config": "tar", "db-asterisk": "sql"},
    character_sets=frozenset({"cdrdb"}),
)
FITTING = Looked("20.6", 300_000_000)


def test_a_checked_backup_of_the_same_version_asks_nothing() -> None:
    findings = [*look_in_books(GOOD), *look_at_system(GOOD, FITTING)]
    assert [one.weight for one in findings] == [Weight.GOOD] * 5
    assert (must_accept(findings), stops(findings)) == (frozenset(), [])


@pytest.mark.parametrize(
    ("artifact", "code"),
    [
        (replace(GOOD, level=1), "level"),
        (replace(GOOD, level=3, is_damaged=True), "level"),
        (replace(GOOD, forms={"native": "raw"}), "forms"),
    ],
)
def test_a_backup_that_is_not_fit_stops_it(artifact: Artifact, code: str) -> None:
    assert [one.code for one in stops(look_in_books(artifact))] == [code]


@pytest.mark.parametrize(
    ("looked", "accepted", "stopped"),
    [
        (Looked("21.0", 300_000_000), {"firmware"}, []),
        (Looked("", 300_000_000), {"firmware"}, []),
        (Looked("20.6", None), {"space"}, []),
        (Looked("20.6", 300_000_000, absent_databases=("asterisk",)), {"character_set"}, []),
        (Looked("20.6", 300_000_000, absent_databases=("cdrdb",)), set(), []),
        (Looked("20.6", 299_999_999), set(), ["space"]),
        (Looked("20.6", 300_000_000, ("tar",)), set(), ["tools"]),
    ],
)
def test_what_the_system_tells_is_judged(
    looked: Looked, accepted: set[str], stopped: list[str]
) -> None:
    findings = look_at_system(GOOD, looked)
    assert must_accept(findings) == accepted
    assert [one.code for one in stops(findings)] == stopped


@pytest.mark.parametrize(
    ("free", "weight"),
    [(90_000_000, Weight.GOOD), (89_999_999, Weight.STOPS), (None, Weight.ASKS)],
)
def test_the_disk_of_the_databases_is_judged_by_the_dumps_alone(
    free: int | None, weight: Weight
) -> None:
    artifact = replace(GOOD, dump_bytes=30_000_000)
    found = look_at_system(artifact, replace(FITTING, database_free_bytes=free))[-1]
    assert (found.code, found.weight) == ("database_space", weight)


def test_findings_survive_their_json_form() -> None:
    for found in look_at_system(GOOD, Looked("21.0", None)):
        assert Found.from_dict(found.to_dict()) == found
