"""The icons of the portal as one SVG sprite, drawn from the Lucide package.

`python -m calcom_portal.icons` writes static/icons.svg; `--check` only compares and fails when it
is stale. Pages refer to a symbol with `{% icon "name" %}`, so fifty rows cost fifty short
references instead of fifty drawings.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons.svg"

# Names as at lucide.dev. Add a line, run this module, commit the sprite.
ICONS = (
    "activity",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "badge-check",
    "badge-x",
    "bell",
    "book-open",
    "building-2",
    "calendar-clock",
    "calendar-days",
    "calendar-x",
    "camera",
    "car",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevrons-up-down",
    "circle-check",
    "circle-dashed",
    "circle-pause",
    "circle-play",
    "circle-plus",
    "circle-question-mark",
    "circle-user-round",
    "circle-x",
    "clipboard-check",
    "clock",
    "copy",
    "database",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "file-text",
    "flag",
    "funnel",
    "git-merge",
    "graduation-cap",
    "hand",
    "handshake",
    "hard-drive",
    "hash",
    "headset",
    "history",
    "hourglass",
    "house",
    "inbox",
    "info",
    "key-round",
    "keyboard",
    "layers",
    "link",
    "list-checks",
    "lock",
    "lock-open",
    "log-in",
    "log-out",
    "mail",
    "map-pin",
    "menu",
    "message-square",
    "minus",
    "monitor",
    "monitor-up",
    "moon",
    "network",
    "octagon-alert",
    "octagon-x",
    "package",
    "paperclip",
    "pencil",
    "phone",
    "phone-call",
    "phone-off",
    "plug",
    "plus",
    "printer",
    "receipt",
    "refresh-cw",
    "reply",
    "rotate-ccw",
    "router",
    "scale",
    "scroll-text",
    "search",
    "send",
    "server",
    "settings",
    "shield",
    "shield-check",
    "shield-off",
    "signature",
    "smartphone",
    "split",
    "star",
    "sun",
    "tag",
    "timer",
    "timer-off",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "upload",
    "user-check",
    "user-plus",
    "user-round",
    "users",
    "voicemail",
    "volume-2",
    "webhook",
    "wifi",
    "wrench",
    "x",
)

LICENCE = "Lucide icons, ISC licence, https://lucide.dev/license"


def draw_sprite() -> str:
    """Return the sprite's text. Raises KeyError when Lucide has no icon of a listed name."""
    drawings = BytesIO(files("lucide").joinpath("lucide.zip").read_bytes())
    with ZipFile(drawings) as archive:
        symbols = [_symbol(name, archive.read(f"{name}.svg").decode()) for name in sorted(ICONS)]
    notice = f"<!-- {LICENCE}. Written by calcom_portal/icons.py -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>", ""])


def _symbol(name: str, svg: str) -> str:
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    body = re.sub(r"\s*\n\s*", "", body).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def main(arguments: list[str] | None = None) -> int:
    """Write the sprite, or with --check return 1 when the one on disk is stale."""
    parser = argparse.ArgumentParser(prog="python -m calcom_portal.icons", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when the sprite is stale")
    wants_check = parser.parse_args(arguments).check
    sprite = draw_sprite()
    if not wants_check:
        SPRITE.write_text(sprite, encoding="utf-8")
        return 0
    if SPRITE.exists() and SPRITE.read_text(encoding="utf-8") == sprite:
        return 0
    sys.stderr.write("static/icons.svg is stale. Run: python -m calcom_portal.icons\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
