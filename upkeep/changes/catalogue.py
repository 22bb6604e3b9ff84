"""What can be changed on a system by itself: each kind asks, edits files, and tells people. Pure.

`edit` gets the files that it names (by their names in Asterisk's folder, or by path) and returns
those that become others. `after` tells which extensions must be able to sign in once it is made:
all that could before, with what is said here put over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from upkeep.changes import extensions as dial
from upkeep.changes.answers import Asked, Form
from upkeep.changes.conf import is_made_by_freepbx, with_ending
from upkeep.changes.extensions import SipLogin, extensions_of, logins_of
from upkeep.changes.problems import CannotChange

PJSIP, DIALPLAN = "pjsip.conf", "extensions.conf"
Answers = Mapping[str, str]
Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change. `planned` and `done` are told to the customer."""

    code: str
    title: str
    help: str
    asks: tuple[Asked, ...]
    files: tuple[str, ...]
    edit: Callable[[Files, Answers], Files]
    planned: Callable[[Answers], str]
    done: Callable[[Answers], str]
    # Extensions whose sign-in this change means to alter: from the new files, or gone.
    renews: frozenset[str] = field(default_factory=frozenset)
    removes: frozenset[str] = field(default_factory=frozenset)
    is_asterisk: bool = True


EXTENSION = Asked("number", "Extension", Form.NUMBER)
NAME = Asked("name", "Name", Form.NAME, "Others see it when this extension calls.")
PASSWORD = Asked(
    "password", "Password of the phone", Form.SECRET, "Kept sealed, and shown in no diff."
)


def _add(files: Files, answers: Answers) -> Files:
    number, like = answers["number"], answers["like"]
    pjsip = dial.copied(files[PJSIP], like, number, answers["name"], answers["password"])
    return {**files, PJSIP: pjsip}


def _remove(files: Files, answers: Answers) -> Files:
    number = answers["number"]
    pjsip = dial.without(files[PJSIP], number)
    context = _context(files, number)
    return {PJSIP: pjsip, DIALPLAN: dial.without_number(files[DIALPLAN], context, number)}


def _rename(files: Files, answers: Answers) -> Files:
    return {PJSIP: dial.with_name(files[PJSIP], answers["number"], answers["name"])}


def _renew(files: Files, answers: Answers) -> Files:
    return {PJSIP: dial.with_secret(files[PJSIP], answers["number"], answers["password"])}


def _forward(files: Files, answers: Answers) -> Files:
    number, to = answers["number"], answers["to"]
    if number == to:
        raise CannotChange("An extension cannot be forwarded to itself.", field="to")
    context = _context(files, number)
    text = dial.parked(files[DIALPLAN], context, number)
    # Dialled in the same context: what the extension itself may reach, and nothing more.
    entry = f"exten => {number},1,Goto({to},1)"
    return {**files, DIALPLAN: dial.with_number(text, context, number, [entry])}


def _stop(files: Files, answers: Answers) -> Files:
    number = answers["number"]
    text = dial.unparked(files[DIALPLAN], _context(files, number), number)
    return {**files, DIALPLAN: text}


def _group(files: Files, answers: Answers) -> Files:
    number, members = answers["number"], answers["members"].split(",")
    known = extensions_of(files[PJSIP])
    if missing := [member for member in members if member not in known]:
        raise CannotChange(f"There is no extension {missing[0]}.", field="members")
    if number in known:
        raise CannotChange(
            f"{number} is an extension: choose a number that is free.", field="number"
        )
    rings = "&".join(f"PJSIP/{member}" for member in members)
    entries = [
        f"exten => {number},1,Dial({rings},{answers['seconds']})",
        " same => n,Hangup()",
    ]
    context = _context(files, members[0])
    return {**files, DIALPLAN: dial.with_number(files[DIALPLAN], context, number, entries)}


def _lines(files: Files, answers: Answers) -> Files:
    path, found, put = answers["path"], answers["find"], answers["put"]
    text = files[path]
    if not found:
        end = "" if put.endswith("\n") else "\n"
        return {path: f"{with_ending(text)}{put}{end}"}
    if (times := text.count(found)) != 1:
        words = "does not stand" if not times else f"stands {times} times"
        raise CannotChange(
            f"What is to be replaced {words} in {path}.",
            field="find",
            remedy="Write lines that stand there exactly once, with the ones around them.",
        )
    return {path: text.replace(found, put)}


def _context(files: Files, number: str) -> str:
    endpoint = extensions_of(files[PJSIP]).get(number)
    if endpoint is None:
        raise CannotChange(f"There is no extension {number} in pjsip.conf.", field="number")
    return endpoint.get("context", "default")


def _listed(numbers: str) -> str:
    *most, last = numbers.split(",")
    return f"{', '.join(most)} and {last}" if most else last


def _told(template: str) -> Callable[[Answers], str]:
    def tell(answers: Answers) -> str:
        listed = _listed(answers["members"]) if "members" in answers else ""
        return template.format(**{**answers, "listed": listed})

    return tell


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "add_extension",
            "Add an extension",
            "As another one is, with a name and a password of its own.",
            (
                EXTENSION,
                NAME,
                PASSWORD,
                Asked("like", "Like extension", Form.NUMBER, "What it may call, codecs, and so on"),
            ),
            (PJSIP,),
            _add,
            _told("Extension {number} ({name}) will be added."),
            _told("Extension {number} ({name}) was added."),
            renews=frozenset({"number"}),
        ),
        Kind(
            "remove_extension",
            "Remove an extension",
            "Its phone can sign in no longer. Its voicemail stays.",
            (EXTENSION,),
            (PJSIP, DIALPLAN),
            _remove,
            _told("Extension {number} will be removed."),
            _told("Extension {number} was removed."),
            removes=frozenset({"number"}),
        ),
        Kind(
            "rename_extension",
            "Rename an extension",
            "The name that others see when it calls.",
            (EXTENSION, NAME),
            (PJSIP,),
            _rename,
            _told("Extension {number} will be called {name}."),
            _told("Extension {number} is called {name} now."),
        ),
        Kind(
            "renew_password",
            "Give a phone a new password",
            "The phone itself needs the new one too, or it cannot sign in.",
            (EXTENSION, PASSWORD),
            (PJSIP,),
            _renew,
            _told("The phone of extension {number} will get a new password."),
            _told("The phone of extension {number} has a new password."),
            renews=frozenset({"number"}),
        ),
        Kind(
            "forward",
            "Forward an extension",
            "All its calls go on to another number, until that is stopped.",
            (EXTENSION, Asked("to", "To", Form.DIALLED, "As the extension itself would dial it.")),
            (PJSIP, DIALPLAN),
            _forward,
            _told("Calls to extension {number} will go to {to}."),
            _told("Calls to extension {number} go to {to} now."),
        ),
        Kind(
            "stop_forward",
            "Stop a forward",
            "Calls reach the extension again.",
            (EXTENSION,),
            (PJSIP, DIALPLAN),
            _stop,
            _told("Calls to extension {number} will reach it again."),
            _told("Calls to extension {number} reach it again."),
        ),
        Kind(
            "ring_group",
            "Ring several phones",
            "One number that rings them all. A group that has the number already is replaced.",
            (
                Asked("number", "Number of the group", Form.NUMBER),
                Asked("members", "Extensions that ring", Form.NUMBERS, "Such as 101, 102."),
                Asked("seconds", "For how many seconds", Form.SECONDS),
            ),
            (PJSIP, DIALPLAN),
            _group,
            _told("Number {number} will ring extensions {listed} for {seconds} seconds."),
            _told("Number {number} rings extensions {listed} for {seconds} seconds now."),
        ),
        Kind(
            "edit_file",
            "Change lines of a file",
            "For what is not in this list: lines that stand there once, and what comes instead.",
            (
                Asked("words", "In plain words", Form.WORDS, "The customer reads this."),
                Asked("path", "File", Form.PATH),
                Asked(
                    "find",
                    "Lines that are there",
                    Form.TEXT,
                    "Exactly, and standing there once. Empty: the new lines go to the end.",
                    is_required=False,
                ),
                Asked(
                    "put",
                    "Lines that come instead",
                    Form.TEXT,
                    "Empty: they are only taken out.",
                    is_required=False,
                ),
                Asked(
                    "service",
                    "Service that reads the file",
                    Form.UNIT,
                    "It loads its configuration again. An Asterisk does so anyway.",
                    is_required=False,
                ),
            ),
            (),
            _lines,
            _told("{words}"),
            _told("{words}"),
            is_asterisk=False,
        ),
    )
}


def files_of(kind: Kind, answers: Answers) -> tuple[str, ...]:
    """Return the files that a change reads."""
    return kind.files or (answers["path"],)


def made_of(kind: Kind, files: Files, answers: Answers) -> dict[str, str]:
    """Return the files that the change makes others, as they become.

    Raises CannotChange when it does not fit, or changes nothing.
    """
    for name, text in files.items():
        if is_made_by_freepbx(text):
            raise CannotChange(
                f"{name} is written by FreePBX, which would drop this change.",
                remedy="Make it in FreePBX, and record it by hand with the files before and after.",
            )
    edited = kind.edit(files, answers)
    made = {name: text for name, text in edited.items() if text != files[name]}
    if not made:
        raise CannotChange("It is like this already: nothing would change.")
    return made


def expected_logins(
    kind: Kind | None, answers: Answers, before: str, after: str
) -> dict[str, SipLogin]:
    """Return who must be able to sign in after a change of pjsip.conf, and how.

    All who could before, as before: a phone knows nothing of our change. Only what the change means
    to alter counts as the new file has it. Without a kind (it is being undone): as the file says.
    """
    if kind is None:
        return logins_of(after)
    expected, new = logins_of(before), logins_of(after)
    for name in kind.removes:
        expected.pop(answers[name], None)
    for name in kind.renews:
        if answers[name] in new:
            expected[answers[name]] = new[answers[name]]
    return expected
