"""The icons of the portal as one SVG sprite, drawn from the Lucide package at start.

Pages refer to a symbol with `{% icon "name" %}`, so fifty rows cost fifty short references instead
of fifty drawings. The address carries a digest of the content, so browsers keep it for a year.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import distribution
from zipfile import ZipFile

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Names as at lucide.dev.
ICONS = (
    "activity",
    "arrow-left-right",
    "arrow-right",
    "arrow-up-down",
    "badge-check",
    "badge-x",
    "bell",
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
    "eye",
    "file-text",
    "flag",
    "funnel",
    "git-merge",
    "hand",
    "heart-pulse",
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
    "plug",
    "plus",
    "printer",
    "qr-code",
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
    "shield-x",
    "signature",
    "sliders-horizontal",
    "smartphone",
    "split",
    "sun",
    "tag",
    "timer",
    "trash-2",
    "triangle-alert",
    "undo-2",
    "unplug",
    "upload",
    "user-check",
    "user-plus",
    "users",
    "voicemail",
    "wifi",
    "wrench",
    "x",
)

LICENCE = "Lucide icons, ISC licence, https://lucide.dev/license"


@cache
def draw_sprite() -> str:
    """Return the sprite's text. Raises KeyError when Lucide has no icon of a listed name."""
    # Found without loading the package, which would bring in a parser of XML.
    drawings = distribution("django-lucide").locate_file("lucide/lucide.zip")
    with ZipFile(str(drawings)) as archive:
        symbols = [_symbol(name, archive.read(f"{name}.svg").decode()) for name in sorted(ICONS)]
    notice = f"<!-- {LICENCE} -->"
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', notice, *symbols, "</svg>", ""])


def _symbol(name: str, svg: str) -> str:
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    body = re.sub(r"\s*\n\s*", "", body).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


@cache
def sprite_url() -> str:
    """Return the address of the sprite: short, as the queue says it a hundred times."""
    digest = hashlib.sha256(draw_sprite().encode()).hexdigest()[:6]
    return reverse("icons", args=[digest])


def icons(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer with the sprite."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(draw_sprite(), content_type="image/svg+xml", headers=headers)
