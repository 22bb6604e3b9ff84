"""The catalogue of what is run on customers' machines to give a backup back. Nothing else is.

What is to come lies beside its place as `<path>.portal-<mark>-new`, what was there as
`…-kept`; `…-none` says that nothing was. Every script may run twice, or end in its middle. Pure.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Sequence

from upkeep.drivers.commands import Ways, _either
from upkeep.drivers.shell import Line

# On the customer's machine; the folder there is made anew, and never followed if it is a link.
ROOMY = "/var/tmp"  # noqa: S108  # nosec B108
MARK = re.compile(r"[a-z0-9]{1,20}")
# A database of SQLite that was not closed well keeps its last changes beside it.
BESIDE = ("-wal", "-shm", "-journal")


def checked_mark(mark: str) -> str:
    """Return the mark that names what belongs to one restore. Raises ValueError."""
    if not MARK.fullmatch(mark):
        raise ValueError(f"{mark!r} is no mark.")
    return mark


def folder_of(mark: str) -> str:
    """Return where archives are unpacked."""
    return f"{ROOMY}/portal-restore-{checked_mark(mark)}"


def free_space(paths: Iterable[str]) -> Line:
    """Return the command that prints the free bytes where archives are unpacked, and where paths
    lie, one a line."""
    return free_space_of([ROOMY, *paths])


def free_space_of(paths: Iterable[str]) -> Line:
    """Return the command that prints the free bytes where paths lie, one a line."""
    # The nearest folder that is there: after a disaster the path itself may not be.
    script = "; ".join(
        f'd={shlex.quote(path)}; while ! test -d "$d"; do d=$(dirname -- "$d"); done;'
        ' df --output=avail --block-size=1 -- "$d" | tail -n 1'
        for path in paths
    )
    return Line("The free space", script)


def has_programs(names: Sequence[Sequence[str]]) -> Line:
    """Return the command that prints the first name of each group of which none is installed."""
    script = "; ".join(
        f"{' || '.join(f'command -v {one} >/dev/null' for one in group)} || echo {group[0]}"
        for group in names
    )
    return Line("The look for programs", f"PATH=$PATH:/usr/sbin:/sbin; {script}; true")


def make_folder(mark: str, ways: Ways) -> Line:
    """Return the command that makes an empty folder to unpack into."""
    folder = folder_of(mark)
    return _script("The folder to unpack into", f"rm -rf {folder} && mkdir -m 700 {folder}", ways)


def unpack(part: str, mark: str, ways: Ways) -> Line:
    """Return the command that reads an archive and unpacks it, owners and rights as they were."""
    folder = shlex.quote(posixpath.join(folder_of(mark), part))
    script = (
        f"rm -rf {folder} && mkdir -m 700 {folder} && tar --extract --file=- --numeric-owner"
        f" --same-owner --preserve-permissions --directory={folder}"
    )
    return _script(f"Unpacking {part}", script, ways)


def lay_beside(part: str, path: str, mark: str, ways: Ways) -> Line:
    """Return the command that moves what was unpacked beside its place."""
    unpacked = shlex.quote(posixpath.join(folder_of(mark), part, path.lstrip("/")))
    new = _beside(path, mark, "new")
    parent = shlex.quote(posixpath.dirname(path))
    script = f"mkdir -p {parent} && rm -rf {new} && mv -T {unpacked} {new}"
    return _script(f"Laying {path} ready", script, ways)


def write_beside(path: str, mark: str, ways: Ways) -> Line:
    """Return the command that reads a file and writes it beside its place, owned as that is."""
    new, place = _beside(path, mark, "new"), shlex.quote(path)
    parent = shlex.quote(posixpath.dirname(path))
    script = (
        f"mkdir -p {parent} && umask 077 && cat > {new} && if test -e {place};"
        f" then chown --reference={place} {new} && chmod --reference={place} {new};"
        f" else chown --reference={parent} {new}; fi"
    )
    return _script(f"Laying {path} ready", script, ways)


def swap_path(path: str, mark: str, ways: Ways) -> Line:
    """Return the command that puts in place what lies ready, and keeps what was there."""
    place, new, kept, none = _names(path, mark)
    away = "".join(
        f" if test -e {place}{end}; then mv -T {place}{end} {kept}{end}; fi;" for end in BESIDE
    )
    script = (
        f"set -e; if test -e {new} || test -L {new}; then"
        f" if test -e {kept} || test -L {kept}; then rm -rf {place};"
        f" elif test -e {place} || test -L {place}; then mv -T {place} {kept};"
        f" else touch {none}; fi;{away} mv -T {new} {place}; fi"
    )
    return _script(f"Putting {path} in place", script, ways)


def swap_path_back(path: str, mark: str, ways: Ways) -> Line:
    """Return the command that puts back what was there."""
    place, _, kept, none = _names(path, mark)
    back = "".join(
        f" if test -e {kept}{end}; then mv -T {kept}{end} {place}{end}; fi;" for end in BESIDE
    )
    script = (
        f"set -e; if test -e {none}; then rm -rf {place}; rm -f {none};"
        f" elif test -e {kept} || test -L {kept}; then rm -rf {place}; mv -T {kept} {place};"
        f" fi;{back} true"
    )
    return _script(f"Putting {path} back", script, ways)


def clear_path(path: str, mark: str, ways: Ways) -> Line:
    """Return the command that removes what lies beside a path."""
    _, new, kept, none = _names(path, mark)
    beside = " ".join(f"{kept}{end}" for end in BESIDE)
    return _script(f"Clearing beside {path}", f"rm -rf {new} {kept} {none} {beside}", ways)


def clear_folder(mark: str, ways: Ways) -> Line:
    """Return the command that removes the folder that archives were unpacked into."""
    return _script("Clearing the folder", f"rm -rf {folder_of(mark)}", ways)


def service(act: str, unit: str, ways: Ways) -> Line:
    """Return the command that stops or starts a service; `act` is `stop` or `start`."""
    words = {"stop": "Stopping", "start": "Starting"}[act]
    return Line(f"{words} {unit}", f"{ways.prefix}systemctl {act} -- {shlex.quote(unit)}")


def run_sql(words: str, ways: Ways) -> Line:
    """Return the command that reads SQL; the database is named in it."""
    tail = f"{ways.login} --batch --skip-column-names"
    return Line(words, _either("mariadb", "mysql", tail, ways))


def load_dump(database: str, words: str, ways: Ways) -> Line:
    """Return the command that reads a dump into a database."""
    # In binary mode the client knows no commands but DELIMITER: no shell, no files.
    tail = f"{ways.login} --binary-mode --batch -- {shlex.quote(database)}"
    return Line(words, _either("mariadb", "mysql", tail, ways))


def _names(path: str, mark: str) -> tuple[str, str, str, str]:
    ends = (_beside(path, mark, end) for end in ("new", "kept", "none"))
    return (shlex.quote(path), *ends)  # type: ignore[return-value]


def _beside(path: str, mark: str, end: str) -> str:
    return shlex.quote(f"{path}.portal-{checked_mark(mark)}-{end}")


def _script(words: str, script: str, ways: Ways) -> Line:
    return Line(words, f"{ways.prefix}sh -c {shlex.quote(script)}")
