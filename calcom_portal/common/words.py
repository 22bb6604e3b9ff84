"""Finding rows by the beginnings of words, at a speed that row policies leave alone.

PostgreSQL uses an index past a row policy only for operators that leak nothing. Those of full text,
trigrams and LIKE are none; comparing text in the "C" collation is. So a searched table has a table
of words beside it (provider, customer, word, owner), kept by a trigger in the same transaction, and
"begins with abc" is asked as a range: word >= 'abc' and word < 'abc' followed by the last letter
there is. See docs/adr on searching.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from calcom_portal.common.tenancy import current_scope

# Words of a question, words that one beginning may stand for, rows that are looked through.
MOST_WORDS = 6
MOST_ENDINGS = 40
MOST_LOOKED_THROUGH = 1_000

# From word to word through the index: the cost is that of the words found, not of their rows.
EXPAND = """
WITH RECURSIVE asked AS (
    SELECT word, word || U&'\\+10FFFF' AS beyond
      FROM unnest(portal_words(%(text)s)) AS word LIMIT {most_words}
)
SELECT asked.word, found.endings, rows.n
  FROM asked
 CROSS JOIN LATERAL (
     WITH RECURSIVE ending (word, n) AS (
         (SELECT first.word, 1 FROM {table} first
           WHERE {owner} AND first.word >= asked.word AND first.word < asked.beyond
           ORDER BY first.word LIMIT 1)
         UNION ALL
         SELECT (SELECT later.word FROM {table} later
                  WHERE {owner} AND later.word > ending.word AND later.word < asked.beyond
                  ORDER BY later.word LIMIT 1), ending.n + 1
           FROM ending WHERE ending.word IS NOT NULL AND ending.n < {most_endings}
     )
     SELECT coalesce(array_agg(ending.word) FILTER (WHERE ending.word IS NOT NULL), '{{}}')
            AS endings FROM ending
 ) AS found
 CROSS JOIN LATERAL (
     SELECT count(*) AS n FROM (
         SELECT 1 FROM {table} WHERE {owner} AND {table}.word = ANY (found.endings)
          LIMIT {most_rows} + 1
     ) AS counted
 ) AS rows
"""

# The newest owners of the rarest word, and of these the ones that have the other words too.
PICK = """
SELECT newest.id
  FROM (SELECT DISTINCT each.id
          FROM unnest(%(rarest)s) AS ending (word)
         CROSS JOIN LATERAL (
             SELECT {column} AS id FROM {table}
              WHERE {owner} AND {table}.word = ending.word
              ORDER BY {column} DESC LIMIT {most_rows}
         ) AS each
         ORDER BY each.id DESC LIMIT {most_rows}) AS newest
{others}
 ORDER BY newest.id DESC
 LIMIT %(limit)s
"""
# LIMIT keeps the planner from reading all rows of a common word at once.
OTHER = """
 CROSS JOIN LATERAL (
     SELECT 1 FROM {table}
      WHERE {owner} AND {table}.word = ANY (%(other{number})s) AND {column} = newest.id LIMIT 1
 ) AS has{number}
"""


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table of words, and the column that names whose they are."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Found:
    """The newest owners that have all words; `is_partial` when older ones were not looked at."""

    ids: list[int]
    is_partial: bool = False


def find_by_words(words: WordTable, text: str, *, limit: int) -> Found:
    """Return whose words begin with each word of `text`, in the current scope, newest first.

    Only ids: the rows themselves are read through their own manager and policies. A beginning
    stands for the first forty words in the order of the alphabet.
    """
    asked = _expand(words, text)
    if not asked or any(not endings for endings, _ in asked):
        return Found([])
    asked.sort(key=lambda one: one[1])
    (rarest, rows), others = asked[0], asked[1:]
    ids = _pick(words, rarest, [endings for endings, _ in others], limit)
    return Found(ids, is_partial=rows > MOST_LOOKED_THROUGH and len(ids) < limit)


def _expand(words: WordTable, text: str) -> list[tuple[list[str], int]]:
    sql = EXPAND.format(
        table=words.table,
        owner=_owner(),
        most_words=MOST_WORDS,
        most_endings=MOST_ENDINGS,
        most_rows=MOST_LOOKED_THROUGH,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _ids() | {"text": text})
        return [(endings, rows) for _, endings, rows in cursor.fetchall()]


def _pick(words: WordTable, rarest: list[str], others: list[list[str]], limit: int) -> list[int]:
    names = {"table": words.table, "column": words.column, "owner": _owner()}
    probes = "".join(OTHER.format(number=number, **names) for number in range(len(others)))
    values = {f"other{number}": endings for number, endings in enumerate(others)}
    sql = PICK.format(others=probes, most_rows=MOST_LOOKED_THROUGH, **names)
    with connection.cursor() as cursor:
        cursor.execute(sql, _ids() | values | {"rarest": rarest, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _owner() -> str:
    """Return the beginning of the index that serves this scope, as a condition."""
    has_customer = current_scope().customer_id is not None
    return "provider_id = %(provider)s" + (
        " AND customer_id = %(customer)s" if has_customer else ""
    )


def _ids() -> dict[str, Any]:
    scope = current_scope()
    return {"provider": scope.provider_id, "customer": scope.customer_id}
