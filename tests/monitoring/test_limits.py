"""When equipment that answers is not well."""

from datetime import timedelta

from monitoring.probes.facts import Fact
from monitoring.probes.limits import USUAL_LIMITS, Limit, in_words, judged
from monitoring.probes.results import Outcome, ProbeResult

TOOK = timedelta(milliseconds=3)


def test_a_fact_beyond_its_limit_makes_it_degraded_in_words() -> None:
    told = judged(ProbeResult(Outcome.ALIVE, TOOK, "It answers", FULL), USUAL_LIMITS)
    assert told.outcome is Outcome.DEGRADED
    assert told.words == "Disk in use (/var): 93.5 %; Trunks that are not registered: 1"
    assert (told.facts, told.took) == (FULL, TOOK)


FULL = {"disk.used_percent:/": 90, "disk.used_percent:/var": 93.5, "trunks.down": 1}


def test_a_fact_at_its_limit_is_still_well() -> None:
    facts = {"disk.used_percent:/": 90, "tls.days_left": 14, "clock.offset_ms": -2000}
    told = judged(ProbeResult(Outcome.ALIVE, TOOK, "It answers", facts), USUAL_LIMITS)
    assert (told.outcome, told.words) == (Outcome.ALIVE, "It answers")


def test_what_is_dead_stays_dead() -> None:
    dead = ProbeResult(Outcome.DEAD, TOOK, "No answer", FULL)
    assert judged(dead, USUAL_LIMITS) is dead


def test_a_check_may_bring_its_own_limits() -> None:
    alive = ProbeResult(Outcome.ALIVE, TOOK, "It answers", FULL)
    assert judged(alive, ()).outcome is Outcome.ALIVE
    assert judged(alive, (Limit(Fact.DISK_USED, most=80),)).words == (
        "Disk in use (/): 90 %; Disk in use (/var): 93.5 %"
    )


def test_many_are_counted_and_not_told() -> None:
    facts = {f"disk.used_percent:/{number}": 99 for number in range(9)}
    told = judged(ProbeResult(Outcome.ALIVE, TOOK, "It answers", facts), USUAL_LIMITS)
    assert told.words.endswith("Disk in use (/2): 99 % and 6 more")


def test_yes_and_no_are_words() -> None:
    assert in_words(Fact.UPS_ON_BATTERY, "", 1) == "It runs on its battery"
    assert in_words(Fact.TRUNK_STATE, "carrier", "Rejected") == (
        "State of the trunk (carrier): Rejected"
    )
