"""What a new provider needs from the start: a registry that upper apps fill in `ready()`."""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[int], None]

_steps: list[Step] = []


def register(step: Step) -> Step:
    """Have `step(provider_id)` called for each new provider, within the provider's scope."""
    if step not in _steps:
        _steps.append(step)
    return step


def lay_foundations(provider_id: int) -> None:
    """Run every step, in the order of registration."""
    for step in _steps:
        step(provider_id)
