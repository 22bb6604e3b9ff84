"""Reading a page as a browser does: its forms, what is marked as wrong, and what would run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"input", "img", "br", "hr", "meta", "link", "use", "path", "source", "wbr"})
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
# Lists of 600 time zones take longer to read than to make: the first option stands for them.
PLAIN_OPTIONS = re.compile(r'(?<=</option>)\s*<option value="[\w/+-]*">[\w/ .,()+-]*</option>')
EVILS = ("javascript:", "vbscript:", "data:text")


@dataclass
class Field:
    """One control of a form. `kind` is the type of an input, or textarea or select."""

    name: str
    kind: str
    value: str = ""
    max_length: int = 0
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that is posted: where to, and its fields by name as a browser would send them."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the names of the fields of these kinds."""
        return [name for name, found in self.fields.items() if found.kind in kinds]


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.errors: dict[str, str] = {}
        self.running: list[str] = []
        self.alerts = ""
        self._form: Form | None = None
        self._texts: list[tuple[str, str]] = []
        self._area: Field | None = None
        self._select: Field | None = None
        self.feed(PLAIN_OPTIONS.sub("", html))
        self.close()

    def form_for(self, path: str) -> Form:
        """Return the form that is sent to `path`."""
        return next(form for form in self.forms if form.action in ("", path))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element."""
        given = {name: value or "" for name, value in attrs}
        self._look_for_scripts(tag, given)
        if tag not in VOID:
            self._texts.append((tag, self._told_by(given)))
        if tag == "form":
            self._form = Form(given.get("action", "").partition("?")[0])
            if given.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif self._form is not None and (given.get("name") or tag == "option"):
            self._take(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._texts and self._texts.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        """Read text."""
        if self._area is not None:
            self._area.value += data
        told = next((name for _, name in reversed(self._texts) if name), "")
        if told == "!":
            self.alerts += data
        elif told:
            self.errors[told] = (self.errors.get(told, "") + data).strip()

    @staticmethod
    def _told_by(given: Mapping[str, str]) -> str:
        marker = given.get("id", "")
        if marker.startswith("id_") and marker.endswith("_error"):
            return marker[3:-6]
        return "!" if given.get("role") == "alert" or "errorlist" in given.get("class", "") else ""

    def _look_for_scripts(self, tag: str, given: Mapping[str, str]) -> None:
        is_data = given.get("type") == "application/json"
        if tag in ("iframe", "object", "embed", "base", "marquee") or (
            tag == "script" and "src" not in given and not is_data
        ):
            self.running.append(f"<{tag}>")
        for name, value in given.items():
            address = "".join(value.split()).lower()
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.running.append(f"{tag} {name}={value[:60]}")
            if name in ADDRESSES and address.startswith(EVILS):
                self.running.append(f"{tag} {name}={value[:60]}")

    def _take(self, tag: str, given: Mapping[str, str]) -> None:
        assert self._form is not None
        if tag == "option":
            if self._select is not None:
                self._select.choices.append(given.get("value", ""))
                if "selected" in given or len(self._select.choices) == 1:
                    self._select.value = given.get("value", "")
            return
        kind = {"textarea": "textarea", "select": "select"}.get(tag, given.get("type", "text"))
        if tag not in ("input", "textarea", "select") or kind == "submit":
            return
        name = given["name"]
        known = self._form.fields.setdefault(
            name, Field(name, kind, max_length=int(given.get("maxlength") or 0))
        )
        if kind in ("radio", "checkbox"):
            known.choices.append(given.get("value", "on"))
            if "checked" in given:
                known.value = given.get("value", "on")
        else:
            known.value = given.get("value", "")
        self._area = known if tag == "textarea" else None
        self._select = known if tag == "select" else self._select
