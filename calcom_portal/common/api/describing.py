"""Words about operations of the API, kept until somebody asks for its description.

Handed to drf-spectacular at once they would load all that draws up a description, Django's test
client among it, into every web process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema as describe
from drf_spectacular.utils import extend_schema_view as describe_methods

View = TypeVar("View", bound=Callable[..., Any])

_kept: list[Callable[[], Any]] = []


def extend_schema(**words: Any) -> Callable[[View], View]:
    """Describe a view or one of its methods, in the words of drf-spectacular's `extend_schema`."""

    def keep(view: View) -> View:
        _kept.append(lambda: describe(**words)(view))
        return view

    return keep


def extend_post(**words: Any) -> Callable[[View], View]:
    """Describe a view's `post`, also one that it has from its parents."""

    def keep(view: View) -> View:
        _kept.append(lambda: describe_methods(post=describe(**words))(view))
        return view

    return keep


def hand_over() -> None:
    """Give all that was kept to drf-spectacular, once, in the order in which it was said."""
    while _kept:
        _kept.pop(0)()
