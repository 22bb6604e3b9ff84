"""The catalogue of what is run on customers' machines to change their programming. Pure.

Files are written beside their places and then renamed: a reader sees the former or the new one,
never half of it.
"""

from __future__ import annotations

import shlex

from upkeep.drivers.commands import Ways
from upkeep.drivers.shell import Line

# Only owner and mode are those of the former file: its size must not be, which would cut the new
# one. A link stays one: what it leads to is replaced.
WRITE = (
    'set -e; umask 077; p=$(readlink -f -- "$1"); n="$p.portal-new"; trap \'rm -f -- "$n"\' EXIT;'
    ' cat > "$n"; test "$(wc -c < "$n")" -eq "$2";'
    ' chown --reference="$p" -- "$n"; chmod --reference="$p" -- "$n"; sync -- "$n";'
    ' mv -f -- "$n" "$p"'
)


def text_of(path: str, ways: Ways) -> Line:
    """Return the command that prints a file."""
    return Line(f"Reading {path}", f"{ways.prefix}cat -- {shlex.quote(path)}")


def write_over(path: str, size: int, ways: Ways) -> Line:
    """Return the command that puts what it is fed, `size` bytes, in the place of a file."""
    script = f"sh -c {shlex.quote(WRITE)} portal {shlex.quote(path)} {size}"
    return Line(f"Writing {path}", f"{ways.prefix}{script}")


def reload_asterisk(ways: Ways) -> Line:
    """Return the command that has Asterisk load its configuration; calls go on."""
    return Line("Loading the configuration", f"{ways.prefix}asterisk -rx 'core reload'")


def reload_service(unit: str, ways: Ways) -> Line:
    """Return the command that has a service load its configuration, or start anew."""
    text = f"{ways.prefix}systemctl reload-or-restart -- {shlex.quote(unit)}"
    return Line(f"Loading {unit} again", text)
