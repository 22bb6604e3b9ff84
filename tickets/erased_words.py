"""Taking the names of former people out of what was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from accounts.offboarding import FORMER
from tickets.markdown import render_markdown
from tickets.models import Message

BATCH = 500
# Shorter names are words of other things too.
SHORTEST = 4


def erase_words(messages: Any, words: Iterable[str]) -> int:
    """Replace whole names and addresses in the texts of messages; return how many texts changed.

    Upper and lower case are one. First names alone stay: they are words of a language as well.
    """
    wanted = sorted({word for word in words if len(word) >= SHORTEST}, key=len, reverse=True)
    if not wanted:
        return 0
    pattern = re.compile("|".join(_whole(word) for word in wanted), re.IGNORECASE)
    naming = Q()
    for word in wanted:
        naming |= Q(text__icontains=word)
    count, last = 0, 0
    while batch := list(messages.filter(naming, pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        count += _rewrite(batch, pattern)
    return count


def _rewrite(batch: Sequence[Message], pattern: re.Pattern[str]) -> int:
    changed = []
    for message in batch:
        text = pattern.sub(FORMER, message.text)
        if text != message.text:
            message.text, message.html = text, render_markdown(text)
            changed.append(message)
    Message.objects.bulk_update(changed, ["text", "html"])
    return len(changed)


def _whole(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)"
