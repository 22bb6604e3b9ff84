"""Documents that travel with a mail. A notice names them; their bytes lie among the files.

`payload["attached"]` lists {"name", "sha256"} of files of the provider.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from calcom_portal.common.files import folder_of, media_type_of, safe_name
from notifications.bundles import Bundle

log = logging.getLogger(__name__)

# Many mail servers take no more; what is left out is behind the link.
MOST_BYTES = 8 * 1024 * 1024
HEAD = 64 * 1024


def files_of(bundle: Bundle) -> Iterator[tuple[str, bytes, str]]:
    """Yield name, bytes and media type of what goes with a mail, each file once."""
    left, seen = MOST_BYTES, set()
    for letter in bundle.letters:
        for one in letter.payload.get("attached", ()):
            if one["sha256"] in seen:
                continue
            seen.add(one["sha256"])
            data = _read(bundle.sender.provider_id, one)
            if data is None or len(data) > left:
                continue
            left -= len(data)
            yield safe_name(str(one["name"])), data, media_type_of(data[:HEAD])


def _read(provider_id: int, one: dict[str, Any]) -> bytes | None:
    sha256 = str(one["sha256"])
    if not sha256.isalnum():
        return None
    path = folder_of(provider_id) / sha256[:2] / sha256
    if not path.is_file():
        # The mail goes out without it: its link leads to what there is.
        log.warning("mail.without_file sha256=%s", sha256[:12])
        return None
    return path.read_bytes()
