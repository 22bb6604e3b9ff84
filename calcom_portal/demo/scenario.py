"""Three months of tickets: which story happens to whom, when, and how fast it is answered.

Seeded chance: the same demo every time, relative to the instant of the load. No database here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from calcom_portal.demo.acts import Act
from calcom_portal.demo.casting import Casting, Promising
from calcom_portal.demo.labour import labour_of
from calcom_portal.demo.stories import AROUND, EMERGENCIES, MINORS, WISHES, Story, Verb
from calcom_portal.demo.stories.turns import ANSWERS
from calcom_portal.demo.telling import Case, Teller
from calcom_portal.demo.world import World
from contracts.sla import ServiceCalendar

SEED: Final = 20_261_123
HISTORY: Final = timedelta(days=91)
# From here to the load only what `LIVE` lists is opened.
RECENT: Final = timedelta(hours=30)
PAST_TICKETS: Final = 134
AFTER_HOURS: Final = 0.15
# Without a promise, staff answers within this much business time.
USUAL: Final = timedelta(hours=14)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Live:
    """An open ticket at the load. `left` of its target in hours, or how long ago it was opened.

    `stage`: nobody has it (new), somebody has it but has not answered (claimed), or the story goes
    on (answered).
    """

    stories: Sequence[Story]
    stage: str
    left: float | None = None
    age: float = 0.0


NEW, CLAIMED, ANSWERED = "new", "claimed", "answered"
PROBLEMS: Final = MINORS + AROUND
VISITED: Final = tuple(
    story
    for story in PROBLEMS + WISHES
    if any(turn.verb is Verb.HOLD and turn.days >= 3 for turn in story.turns)
)

LIVE: Final = (
    *(Live(EMERGENCIES, NEW, left) for left in (-0.7, 0.4, 3.0, 7.2)),
    *(Live(EMERGENCIES, CLAIMED, left) for left in (0.75, 5.5)),
    *(Live(PROBLEMS, NEW, left) for left in (-3.5, 1.4, 15.0, 21.0, 23.4)),
    *(Live(PROBLEMS, CLAIMED, left) for left in (-1.2, 2.2, 9.0)),
    *(Live(WISHES, NEW, None, age) for age in (0.6, 4.0, 9.0)),
    Live(PROBLEMS, CLAIMED, None, 6.0),
    *(Live(VISITED, ANSWERED, None, age) for age in (7.0, 10.0, 13.0, 16.0, 19.0, 22.0, 26.0)),
)


def scenario(
    world: World, calendar: ServiceCalendar, promising: Promising, now: datetime
) -> list[Act]:
    """Return everything that happens until `now`, in order."""
    director = Director(world, calendar, promising, now)
    cases = [*director.past(), *director.present()]
    acts = [act for case in cases for act in director.told(case)]
    return sorted(act for act in acts if act.at < now)


class Director:
    """Decides what happens when; `Casting` finds people, places and words for it."""

    def __init__(
        self, world: World, calendar: ServiceCalendar, promising: Promising, now: datetime
    ) -> None:
        self.random = Random(SEED)
        self.casting = Casting(world, promising, self.random)
        self.calendar = calendar
        self.now = now

    def past(self) -> Iterator[Case]:
        """Yield the tickets of the past months."""
        begin = self.now - HISTORY
        span = self.calendar.between(begin, self.calendar.add(self.now, -RECENT))
        for _ in range(PAST_TICKETS):
            opened_at = self.calendar.add(begin, span * self.random.random())
            if self.random.random() < AFTER_HOURS:
                opened_at -= timedelta(hours=self.random.uniform(6, 15))
            stories = self.random.choices((EMERGENCIES, MINORS, AROUND, WISHES), (22, 26, 26, 26))
            case, target = self.casting.case(stories[0])
            yield replace(
                case,
                opened_at=opened_at,
                answer_after=(target or USUAL) * self._share(),
                dispatcher=self.casting.dispatcher if self.random.random() < 0.3 else "",
                watcher=self.casting.colleague(case) if self.random.random() < 0.2 else "",
                closes_after=27 * HOUR if self.random.random() < 0.25 else None,
            )

    def present(self) -> Iterator[Case]:
        """Yield the tickets that are open at the load."""
        for live in LIVE:
            wanted = None if live.stage == ANSWERED else live.left is not None
            case, target = self.casting.case(live.stories, promised=wanted)
            age = timedelta(hours=live.age)
            if live.left is not None and target is not None:
                age = target - timedelta(hours=live.left)
            yield replace(
                case,
                # People do not write on the full hour.
                opened_at=self.calendar.add(self.now, -age) + self.random.random() * 5 * MINUTE,
                # Whoever has it took it soon; the answer is still to come unless it was given.
                answer_after=age * (0.25 if live.stage == ANSWERED else 1.1),
                claimed=live.stage != NEW,
                until_answer=live.stage == CLAIMED,
            )

    def told(self, case: Case) -> Iterator[Act]:
        """Yield what happens around one case."""
        acts = list(Teller(case, self.calendar, self.random).acts())
        yield from acts
        yield from labour_of(case, acts, self.calendar)
        if case.claimed and not case.until_answer:
            yield from self._seen(case)
            yield from self._second_report(case, acts)

    def _share(self) -> float:
        """Return how much of the target is used: mostly little, sometimes more than all."""
        span = self.random.choices(((0.03, 0.4), (0.4, 0.95), (1.03, 1.6)), (68, 24, 8))[0]
        return self.random.uniform(*span)

    def _seen(self, case: Case) -> Iterator[Act]:
        """Yield the dispatcher's "seen" where the answer came too late."""
        if case.target is not None and case.answer_after > case.target:
            due = self.calendar.add(case.opened_at, case.target)
            seen_at = due + self.random.randint(4, 13) * MINUTE
            yield Act(seen_at, case.key, Verb.ACKNOWLEDGE, self.casting.dispatcher)

    def _second_report(self, case: Case, acts: Sequence[Act]) -> Iterator[Act]:
        """Yield a colleague's report of the same fault, and its merge, before the answer."""
        colleague = self.casting.colleague(case)
        if not case.story.twin or not colleague:
            return
        answer = next(act for act in acts if act.verb in ANSWERS)
        waited = answer.at - case.opened_at
        key = self.casting.next_key()
        opening = replace(case.opening, subject=case.story.twin)
        text = "Just so you know, it is the same here: no tone on any of the phones."
        yield Act(case.opened_at + waited / 2, key, Verb.OPEN, colleague, text, opening=opening)
        reason = "The same fault, reported twice."
        merged_at = case.opened_at + waited * 0.8
        yield Act(merged_at, key, Verb.MERGE, self.casting.dispatcher, reason, into=case.key)
