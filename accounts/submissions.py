"""Once is once: a form or an API call that is sent again gets the first answer again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.viewer import Viewer
from calcom_portal.common.chain import canonical
from calcom_portal.common.errors import BadInput, RuleBroken
from calcom_portal.common.prepared import PreparedSql
from calcom_portal.common.tenancy import database_now

LONGEST_KEY = 200

# One statement: it waits for a concurrent writer of the key, and reads what that one committed.
TAKE = PreparedSql(
    "take_submission",
    """
INSERT INTO accounts_submission
       (provider_id, customer_id, membership_id, route, key, fingerprint, created_at)
VALUES (%(provider)s, %(customer)s, %(membership)s, %(route)s, %(key)s, %(fingerprint)s, %(now)s)
    ON CONFLICT (provider_id, membership_id, route, key) DO UPDATE SET key = EXCLUDED.key
RETURNING id, fingerprint, answer
""",
)
KEEP = PreparedSql(
    "keep_answer",
    "UPDATE accounts_submission SET answer = %(answer)s"
    " WHERE provider_id = %(provider)s AND id = %(id)s",
)


class KeyReused(RuleBroken):
    """The key was used before, for something else."""

    status = 422
    code = "key-reused"
    title = "This was already sent"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: `body` is plain JSON. `is_repeated` says that nothing was done now.

    Forms keep the address they led to: `Answer(303, {"url": …})`, read back with `url`.
    """

    status: int
    body: Any
    is_repeated: bool = False

    @property
    def url(self) -> str:
        """Return where a form led to."""
        return str(self.body["url"])

    @classmethod
    def led_to(cls, url: str) -> Answer:
        """Return the answer of a form."""
        return cls(303, {"url": url})


def fingerprint_of(*values: Any) -> str:
    """Return the hash of what was sent; values that JSON does not know count as their text."""
    plain = [value if isinstance(value, dict | list) else str(value) for value in values]
    return hashlib.sha256(_text(plain).encode()).hexdigest()


def once(
    viewer: Viewer, route: str, key: str, fingerprint: str, act: Callable[[], Answer]
) -> Answer:
    """Do `act` unless this viewer has sent the same key to the same route before.

    A second call at the same time waits for the first one's commit (unique key), then repeats its
    answer. If the first one failed, its transaction took the key with it and the second one acts.
    Runs in the caller's scope. Raises BadInput for a key that is empty or too long, KeyReused when
    the same key comes with something else.
    """
    check_key(key)
    row_id, known, before = _take(viewer, route, key, fingerprint)
    if before is None:
        answer = act()
        stored = json.dumps({"status": answer.status, "body": answer.body})
        KEEP.write({"answer": stored, "provider": viewer.provider_id, "id": row_id})
        return answer
    if known != fingerprint:
        raise KeyReused(
            "This was already sent with other contents, and the first version counts.",
            remedy="Open the form again to send something new.",
        )
    return Answer(before["status"], before["body"], is_repeated=True)


def _take(
    viewer: Viewer, route: str, key: str, fingerprint: str
) -> tuple[int, str, dict[str, Any] | None]:
    """Lock the row of this key, which is new or not; return its id, fingerprint and answer."""
    values = {
        "provider": viewer.provider_id,
        "customer": viewer.customer_id,
        "membership": viewer.membership_id,
        "route": route,
        "key": key,
        "fingerprint": fingerprint,
        "now": database_now(),
    }
    [(row_id, known, answer)] = TAKE.rows(values)
    return row_id, known, None if answer is None else json.loads(answer)


def check_key(key: str) -> None:
    """Raise BadInput unless the key has 1 to 200 visible ASCII characters."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise BadInput(
            f"The key of a submission has 1 to {LONGEST_KEY} visible ASCII characters.",
            field="Idempotency-Key",
            remedy="Use a fresh UUID for each thing you send.",
        )


def _text(value: Any) -> str:
    return canonical(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
