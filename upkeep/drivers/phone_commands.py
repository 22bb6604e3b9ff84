"""The catalogue of what is run on a provisioning server. Pure."""

from __future__ import annotations

import shlex

from upkeep.drivers.commands import Ways
from upkeep.drivers.shell import Line

LARGEST_FIRMWARE = 1024 * 1024 * 1024
LONGEST_FETCH_SECONDS = 280
# It has its name only when it is whole: a phone sees all of a file, or none.
PUBLISH = (
    'set -e; umask 022; cd -- "$1"; is() { echo "$2  $1" | sha256sum --check --status; };'
    ' if test -f "$2" && is "$2" "$3"; then exit 0; fi;'
    ' n="$2.portal-new"; trap \'rm -f -- "$n"\' EXIT;'
    " curl --fail --silent --show-error --globoff --location --max-redirs 3"
    " --proto =http,https --proto-redir =http,https --connect-timeout 20"
    f" --max-time {LONGEST_FETCH_SECONDS} --max-filesize {LARGEST_FIRMWARE}"
    ' --output "$n" --url "$4";'
    ' if ! is "$n" "$3"; then echo "It is another file: its SHA-256 is not that of the'
    ' catalogue." >&2; exit 65; fi;'
    ' sync -- "$n"; mv -f -- "$n" "$2"'
)
KEEP = (
    'set -e; umask 077; n="$1.portal-new"; trap \'rm -f -- "$n"\' EXIT; cat > "$n";'
    ' test "$(wc -c < "$n")" -eq "$2"; sync -- "$n"; mv -f -- "$n" "$1"'
)


def publish(folder: str, name: str, sha256: str, url: str, ways: Ways) -> Line:
    """Return the command that has a server fetch a file and put it into its folder, if it is it."""
    given = " ".join(map(shlex.quote, (folder, name, sha256, url)))
    text = f"{ways.prefix}sh -c {shlex.quote(PUBLISH)} portal {given}"
    return Line("Fetching the firmware", text)


def keep(path: str, size: int, ways: Ways) -> Line:
    """Return the command that writes what it is fed, `size` bytes, to a file of ours."""
    script = f"sh -c {shlex.quote(KEEP)} portal {shlex.quote(path)} {size}"
    return Line(f"Writing {path}", f"{ways.prefix}{script}")


def may_write(folder: str, path: str, ways: Ways) -> Line:
    """Return the command that prints what is missing: `folder` or `file` that can be written."""
    script = (
        'test -d "$1" && test -w "$1" || echo folder; test -f "$2" && test -w "$2" || echo file'
    )
    given = " ".join(map(shlex.quote, (folder, path)))
    return Line(
        "The look at the folder", f"{ways.prefix}sh -c {shlex.quote(script)} portal {given}"
    )
