"""How the agents at sites stand, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.models import SiteAgent

# The hub notes every half minute or so that an agent is there.
GONE_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent in the list. `used` counts the connections that go through it."""

    agent: SiteAgent
    light: str
    icon: str
    word: str
    used: int
    may_get_code: bool


def agent_line(agent: SiteAgent, now: datetime) -> AgentLine:
    """Put one agent into words; `used` is annotated by the list."""
    light, icon, word = _face(agent, now)
    waits = agent.enrolled_at is None and agent.revoked_at is None
    return AgentLine(agent, light, icon, word, getattr(agent, "used", 0), waits)


def _face(agent: SiteAgent, now: datetime) -> tuple[str, str, str]:
    if agent.revoked_at is not None:
        return "none", "shield-off", "Revoked"
    if agent.enrolled_at is None:
        is_good = agent.code_expires_at is not None and agent.code_expires_at > now
        return "none", "hourglass", "Waits for its code" if is_good else "Its code ran out"
    if agent.seen_at is None or now - agent.seen_at > GONE_AFTER:
        return "watch", "triangle-alert", "Away"
    return "good", "circle-check", "Here"
