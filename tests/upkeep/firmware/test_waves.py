"""Who is updated first, and when the next ones may follow."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from upkeep.firmware.course import NEXT, Ending, Step, after, changed_the_system
from upkeep.firmware.waves import Course, Place, Run, spread, turn

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
REST = timedelta(hours=24)
WELL_YESTERDAY = Run(1, Course.WELL, NOW - timedelta(hours=23))


def test_the_first_waves_are_at_different_sites() -> None:
    places = [Place(number, site_id=number % 3) for number in range(1, 13)]
    waves = spread(places, sizes=(1, 2))
    assert Counter(waves.values()) == {1: 1, 2: 2, 3: 9}
    early = [place.site_id for place in places if waves[place.device_id] < 3]
    assert sorted(early) == [0, 1, 2]


@given(st.sets(st.integers(1, 10**6), max_size=60), st.lists(st.integers(1, 9), max_size=3))
def test_every_device_has_one_wave_and_none_is_skipped(ids: set[int], sizes: list[int]) -> None:
    waves = spread([Place(one, one % 7) for one in ids], sizes)
    assert set(waves) == ids
    used = sorted(set(waves.values()))
    assert used == list(range(1, len(used) + 1))
    full = Counter(waves.values())
    assert all(full[wave] == sizes[wave - 1] for wave in used[:-1])


def test_a_wave_waits_until_the_one_before_has_been_left_alone() -> None:
    runs = [WELL_YESTERDAY, Run(2, Course.OPEN)]
    said = turn(runs, rest=REST, most_failures=0, now=NOW)
    assert (said.wave, said.begins_at) == (2, NOW + timedelta(hours=1))
    later = turn(runs, rest=REST, most_failures=0, now=NOW + timedelta(hours=1))
    assert (later.wave, later.begins_at) == (2, NOW + timedelta(hours=1))
    assert later.why == "Wave 2 may run."


def test_a_wave_waits_for_the_last_of_the_one_before() -> None:
    runs = [WELL_YESTERDAY, Run(1, Course.OPEN), Run(2, Course.OPEN)]
    assert turn(runs, rest=REST, most_failures=0, now=NOW).wave == 1


def test_too_many_failures_stop_everything() -> None:
    runs = [Run(1, Course.BADLY, NOW - REST), Run(2, Course.OPEN)]
    said = turn(runs, rest=REST, most_failures=0, now=NOW)
    assert (said.wave, said.why) == (
        None,
        "1 update went wrong: nothing more begins by itself.",
    )
    assert turn(runs, rest=REST, most_failures=1, now=NOW).wave == 2


def test_who_was_left_out_holds_nobody_up() -> None:
    runs = [Run(1, Course.LEFT_OUT, NOW), Run(2, Course.OPEN)]
    assert turn(runs, rest=REST, most_failures=0, now=NOW).begins_at == NOW


def test_a_campaign_without_open_devices_is_over() -> None:
    assert turn([WELL_YESTERDAY], rest=REST, most_failures=0, now=NOW).wave is None


def test_each_step_has_one_way_on_and_all_ways_end() -> None:
    assert set(NEXT) == {(step, well) for step in Step for well in (True, False)}
    for begin in Step:
        reached: set[Step] = set()
        waiting = [begin]
        while waiting:
            step = waiting.pop()
            assert step not in reached or step is not begin
            if step in reached:
                continue
            reached.add(step)
            ways = (after(step, is_well=True), after(step, is_well=False))
            waiting += [one for one in ways if isinstance(one, Step)]


def test_what_fails_once_the_system_was_touched_is_never_called_unchanged() -> None:
    for (step, _), way in NEXT.items():
        if way is Ending.FAILED:
            assert not changed_the_system(step)
