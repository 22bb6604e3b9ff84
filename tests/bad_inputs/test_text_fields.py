"""Whatever is typed into a text field: kept to the letter, or refused at that field in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from urllib.parse import urlencode

from tests.bad_inputs.door import Door
from tests.bad_inputs.doors import DOORS
from tests.bad_inputs.pages import Form
from tests.bad_inputs.texts import BLANK, BROKEN_BYTES, CONTROLS, NASTY, SEVERAL_LINES
from tests.bad_inputs.world import Seen, World, look, send, texts_in

# Each form gets so many of a list, and the next form goes on where it stopped: together the forms
# have met all of it several times.
TURNS = 2
# What a form asks for at least. A problem is told by its answers, so its words may stay away.
REQUIRED: Mapping[str, frozenset[str]] = {
    "request": frozenset({"subject"}),
    **dict.fromkeys(
        ("reply", "note", "resolve", "reopen", "call", "ask", "answer"), frozenset({"text"})
    ),
    **dict.fromkeys(
        (
            *("hold", "merge", "correct", "strike", "waive", "decline"),
            *("notice", "notice/withdraw", "end", "call-off"),
        ),
        frozenset({"reason"}),
    ),
    **dict.fromkeys(("customer_new", "customer_edit"), frozenset({"name", "number"})),
    **dict.fromkeys(
        (
            *("invite", "join", "profile", "site_new", "site_edit", "device_new", "device_edit"),
            *("calendar_new", "tier_copy", "tier_edit", "company"),
        ),
        frozenset({"name"}),
    ),
    "api_key": frozenset({"label"}),
    "contract_sign": frozenset({"name", "no_scan_reason"}),
    "swap": frozenset({"name", "serial"}),
    **dict.fromkeys(("model_new", "model_edit"), frozenset({"vendor", "model"})),
    "our_signing": frozenset({"name", "role"}),
    **dict.fromkeys(("clause_new", "clause"), frozenset({"title", "wording"})),
    "sign_up": frozenset({"company", "name"}),
    "operator_open": frozenset({"name", "admin_name"}),
    "suspend": frozenset({"because"}),
}
# These stand for the other forms with fields of the same syntaxes.
SYNTAXES = frozenset(
    {
        *("merge", "contract_new", "calendar_new", "warnings", "reminders", "warranty_new"),
        *("clause_new", "operator_open", "operator_delete", "tier_clause"),
    }
)
# What stands in braces is filled in: other braces are refused.
WITH_BLANKS = frozenset({"wording", "meaning"})


def free_lines(door: Door, form: Form) -> list[str]:
    return [name for name in form.of_kind("text") if not door.is_strict(name)]


def free_texts(door: Door, form: Form) -> list[str]:
    return [name for name in form.of_kind("textarea") if not door.is_strict(name)]


def assert_refused(door: Door, answer: Seen, path: str, sent: Mapping[str, str]) -> None:
    """Check that exactly these fields are marked, in words, and show what was typed."""
    case = (door.name, {name: ascii(value)[:40] for name, value in sent.items()})
    assert answer.status == 422, (*case, answer.status, answer.told)
    assert set(answer.page.errors) == set(sent), (*case, answer.page.errors)
    assert all(len(words) > 10 for words in answer.page.errors.values()), (case, answer.told)
    shown = answer.page.form_for(path.partition("?")[0]).fields
    for name, value in sent.items():
        assert as_shown(shown[name].value) == as_shown(value), (case, ascii(shown[name].value)[:40])


def as_shown(value: str) -> str:
    """Return a text with the line ends that HTML makes one."""
    return value.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")


def packed(texts: Sequence[str], limit: int) -> str:
    """Return as many of the texts as fit, one after the other."""
    kept = ""
    for text in texts:
        if len(longer := f"{kept} {text}".strip()) <= limit:
            kept = longer
    return kept


def test_text_of_which_nothing_is_seen_is_missing(world: World) -> None:
    before, blanks = world.state(), cycle(BLANK)
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        names = free_lines(door, form) + free_texts(door, form)
        for blank in islice(blanks, TURNS if names else 0):
            with world.browser(door.who) as browser:
                answer = send(browser, path, values | dict.fromkeys(names, blank))
                wanted = REQUIRED.get(door.name, frozenset())
                assert set(answer.page.errors) == wanted, (door.name, ascii(blank), answer.told)
                assert answer.status == (422 if wanted else door.done), (door.name, ascii(blank))
                assert not wanted or world.state() == before, (door.name, ascii(blank))


def test_lines_stay_one_line_and_control_characters_are_refused(world: World) -> None:
    before, lines, controls = world.state(), cycle((*SEVERAL_LINES, *CONTROLS)), cycle(CONTROLS)
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        for _ in range(TURNS):
            sent = {name: next(lines) for name in free_lines(door, form)}
            sent |= {name: next(controls) for name in free_texts(door, form)}
            if not sent:
                break
            with world.browser(door.who) as browser:
                assert_refused(door, send(browser, path, values | sent), path, sent)
                assert world.state() == before, (door.name, sent)


def test_the_limit_is_named_and_the_last_character_fits(world: World) -> None:
    before = world.state()
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        names = free_lines(door, form) + free_texts(door, form)
        full = {name: "y" * form.fields[name].max_length for name in names}
        sent = {name: f"{value}y" for name, value in full.items()}
        if not names:
            continue
        with world.browser(door.who) as browser:
            answer = send(browser, path, values | sent)
            assert_refused(door, answer, path, sent)
            for name in names:
                limit = form.fields[name].max_length
                told = answer.page.errors[name].replace(",", "")
                assert limit > 0, (door.name, name)
                assert str(limit) in told, (door.name, name, told)
            assert world.state() == before, door.name
        with world.browser(door.who) as browser:
            answer = send(browser, path, values | full)
            assert answer.status == door.done, (door.name, answer.told)
            assert set(full.values()) <= set(texts_in(world.rows())), door.name


def test_a_megabyte_is_refused_with_the_limit_and_more_is_too_large(world: World) -> None:
    before = world.state()
    for door in (door for door in DOORS if door.name in ("report", "hold", "customer_new")):
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
            name = (free_lines(door, form) + free_texts(door, form))[0]
            answer = send(browser, path, values | {name: "x" * 1_000_000})
            assert_refused(door, answer, path, {name: "x" * 1_000_000})
            for size in (1024 * 1024, 10 * 1024 * 1024):
                answer = send(browser, path, values | {name: "x" * size})
                assert answer.status == 413
                assert "larger than 1 MB" in answer.told
            assert world.state() == before


def test_bytes_that_are_no_text_are_refused_before_anything_reads_them(world: World) -> None:
    before, broken = world.state(), cycle(BROKEN_BYTES)
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
            names = [name for name in form.fields if name in values or form.of_kind("text")]
            for name, raw in zip(names, islice(broken, TURNS), strict=False):
                rest = {key: value for key, value in values.items() if key != name}
                body = urlencode(rest, doseq=True).encode() + b"&" + name.encode() + b"=" + raw
                answer = send(browser, path, body)
                assert answer.status == 400, (door.name, name, raw)
                assert name in answer.told, (door.name, name, raw, answer.told)
            assert world.state() == before, door.name


def test_nasty_texts_are_kept_to_the_letter_and_shown_without_running(world: World) -> None:
    start = 0
    for door in DOORS:
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        lines, texts = free_lines(door, form), free_texts(door, form)
        for _ in range(TURNS if lines or texts else 0):
            start = (start + 29) % len(NASTY)
            turned = (*NASTY[start:], *NASTY[:start])
            sent = {
                name: packed(
                    [text for text in turned if name not in WITH_BLANKS or "{" not in text],
                    form.fields[name].max_length,
                )
                for name in lines + texts
            }
            kept = {unicodedata.normalize("NFC", sent[name]) for name in lines}
            kept |= {sent[name] for name in texts}
            with world.browser(door.who) as browser:
                answer = send(browser, path, values | sent)
                assert answer.status == door.done, (door.name, ascii(sent), answer.told)
                lost = kept - set(texts_in(world.rows()))
                assert not lost, (door.name, ascii(lost))
                if answer.location.startswith("/"):
                    assert look(browser, answer.location).status in (200, 303), door.name


def test_fields_with_a_syntax_refuse_everything_else_where_it_was_typed(world: World) -> None:
    before = world.state()
    for door in (door for door in DOORS if door.name in SYNTAXES):
        with world.browser(door.who) as browser:
            path, form, values = door.opened(world, browser)
        for name in sorted(door.strict & form.fields.keys()):
            limit = form.fields[name].max_length
            # Three letters of a currency have room for none of them.
            texts = [text for text in NASTY if len(text) <= limit] or ["<>&"[:limit]]
            with world.browser(door.who) as browser:
                sent = {name: texts[len(name) % len(texts)]}
                assert_refused(door, send(browser, path, values | sent), path, sent)
                assert world.state() == before, (door.name, name)
