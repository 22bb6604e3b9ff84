"""Why a change cannot be made. Pure."""

from __future__ import annotations


class CannotChange(Exception):
    """A change does not fit the files as they are; `field` names what was answered, if any."""

    def __init__(self, words: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(words)
        self.words, self.field, self.remedy = words, field, remedy
