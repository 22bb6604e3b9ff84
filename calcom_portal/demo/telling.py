"""Turning one story into timed acts: the pace of the answer, of staff and of the customer. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from calcom_portal.demo.acts import Act, Opening
from calcom_portal.demo.stories.turns import ANSWERS, Story, Turn, Verb
from contracts.sla import ServiceCalendar

BY_REPORTER = frozenset({Verb.WRITE, Verb.REOPEN})
HOUR = timedelta(hours=1)
DAY_OF_WORK = 9 * HOUR
VISIT = HOUR
CLOSES_BY_ITSELF = timedelta(days=6)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
# Never on the very minute at which a hold ends by itself.
MARGIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket to be: what is asked, by whom, who works on it, and when the answer comes.

    `answer_after` is in business time from the opening. `words` fill the story's gaps.
    """

    key: int
    story: Story
    opening: Opening
    reporter: str
    technician: str
    words: dict[str, str]
    colleagues: tuple[str, ...] = ()
    target: timedelta | None = None
    opened_at: datetime = LONG_AGO
    answer_after: timedelta = timedelta()
    dispatcher: str = ""
    watcher: str = ""
    until_answer: bool = False
    claimed: bool = True
    closes_after: timedelta | None = None


@dataclass(slots=True)
class Teller:
    """Tells one case, turn by turn; remembers what the next turn has to respect."""

    case: Case
    calendar: ServiceCalendar
    random: Random
    cursor: datetime = field(init=False)
    hold_until: datetime | None = None
    visit_ends: datetime | None = None

    def __post_init__(self) -> None:
        """Begin at the opening."""
        self.cursor = self.case.opened_at

    def acts(self) -> Iterator[Act]:
        """Yield what happens, in order."""
        case = self.case
        yield self._act(
            Verb.OPEN, case.reporter, case.story.text, opening=case.opening, file=case.story.file
        )
        if case.watcher:
            self.cursor += timedelta(seconds=self.random.randint(40, 200))
            yield self._act(Verb.WATCH, case.reporter, other=case.watcher)
        if not case.claimed:
            return
        answer_at = self.calendar.add(case.opened_at, case.answer_after)
        yield self._hand_out(answer_at)
        turns = list(case.story.turns)
        first = next(place for place, turn in enumerate(turns) if turn.verb in ANSWERS)
        for place, turn in enumerate(turns[:first], start=1):
            # Notes before the answer: spread over the time between claim and answer.
            left = self.calendar.between(self.cursor, answer_at)
            self.cursor = self.calendar.add(self.cursor, left * place / (first + 1))
            yield self._turn(turn)
        if case.until_answer:
            return
        self.cursor = max(self.cursor, answer_at)
        yield self._turn(turns[first])
        for turn in turns[first + 1 :]:
            yield from self._next(turn)
        yield from self._close()

    def _hand_out(self, answer_at: datetime) -> Act:
        """Return the claim, or the dispatcher's assignment, some time before the answer."""
        left = self.calendar.between(self.cursor, answer_at)
        self.cursor = self.calendar.add(self.cursor, left * self.random.uniform(0.2, 0.7))
        if self.case.dispatcher:
            return self._act(Verb.ASSIGN, self.case.dispatcher, other=self.case.technician)
        return self._act(Verb.CLAIM, self.case.technician)

    def _close(self) -> Iterator[Act]:
        if self.case.closes_after is None:
            return
        resolved_at = self.cursor
        self._wait(self.case.closes_after)
        # Over a long weekend the ticket has closed by itself before.
        if self.cursor - resolved_at < CLOSES_BY_ITSELF:
            yield self._act(Verb.CLOSE, self.case.technician)

    def _next(self, turn: Turn) -> Iterator[Act]:
        self._wait(turn.after * self.random.uniform(0.6, 1.4) * HOUR)
        if turn.verb is Verb.RESOLVE and self.visit_ends is not None:
            self.cursor = max(
                self.cursor, self.visit_ends + self.random.randint(5, 40) * MARGIN / 2
            )
        if turn.verb is Verb.RESUME and self._hold_has_ended():
            return
        yield self._turn(turn)

    def _turn(self, turn: Turn) -> Act:
        by = self.case.reporter if turn.verb in BY_REPORTER else self.case.technician
        if turn.verb is Verb.HOLD:
            self.hold_until = self._later(turn.days) if turn.days else None
            return self._act(turn.verb, by, turn.text, party=turn.party, until=self.hold_until)
        if turn.verb is Verb.SCHEDULE:
            start = self._slot(turn.days)
            self.visit_ends = start + VISIT
            return self._act(turn.verb, by, start=start, until=self.visit_ends)
        return self._act(turn.verb, by, turn.text, file=turn.file)

    def _hold_has_ended(self) -> bool:
        return self.hold_until is not None and self.cursor >= self.hold_until - MARGIN

    def _wait(self, amount: timedelta) -> None:
        jitter = timedelta(seconds=self.random.randint(5, 300))
        self.cursor = self.calendar.add(self.cursor, amount + jitter)

    def _later(self, days: int) -> datetime:
        return self.calendar.add(self.cursor, days * DAY_OF_WORK).replace(second=0, microsecond=0)

    def _slot(self, days: int) -> datetime:
        """Return a full hour within business hours, on a later day."""
        morning = self.cursor.astimezone(self.calendar.zone).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        opening = self.calendar.next_opening(morning + timedelta(days=days))
        return opening + self.random.randint(1, 6) * HOUR

    def _act(self, verb: Verb, by: str, text: str = "", **rest: object) -> Act:
        words = text.format(**self.case.words)
        return Act(self.cursor, self.case.key, verb, by, words, **rest)  # type: ignore[arg-type]
