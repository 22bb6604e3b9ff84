"""Names inside an archive that would lead out of the folder it is opened in."""

from __future__ import annotations

import unicodedata

from upkeep.store.seen import Seen

SHOWN = 80


class NameWatch:
    """Remembers the first name of each sort that an honest backup does not have."""

    def __init__(self) -> None:
        self.count = 0
        self._first: dict[str, str] = {}

    def see(self, name: str) -> None:
        """Look at the name of a file, or at where a link points."""
        self.count += 1
        parts = name.replace("\\", "/").split("/")
        if ".." in parts:
            self._first.setdefault("leads-out", name)
        elif name.startswith("/"):
            self._first.setdefault("absolute", name)

    def see_device(self, name: str) -> None:
        """Note a file that is a device."""
        self._first.setdefault("device", name)

    def told(self) -> list[Seen]:
        """Say what was seen: a warning each. Nothing is unpacked here, but may be elsewhere."""
        words = {
            "leads-out": "It holds a name that leads out of its folder: {}.",
            "absolute": "It holds a name that begins at the root: {}.",
            "device": "It holds a device file: {}.",
        }
        return [Seen(code, words[code].format(_shown(name))) for code, name in self._first.items()]


def _shown(name: str) -> str:
    return "".join(sign if unicodedata.category(sign)[0] != "C" else "?" for sign in name[:SHOWN])
