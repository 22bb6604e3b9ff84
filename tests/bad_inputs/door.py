"""One form of the portal: who fills it in, where, and values that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.bad_inputs.pages import Form
from tests.bad_inputs.world import World, look, send


@dataclass(frozen=True)
class Door:
    """One form. `fill` is laid over what its page shows; `{…}` names something of the world.

    `strict` are text fields that take a syntax of their own, as all prices do; `done` is the
    status of a form that was taken; `sent_to` is where it goes when that is not its own page.
    Who `looks_first` sees the consequences and sends their digest along.
    """

    name: str
    who: str
    path: str
    fill: Mapping[str, Any] = field(default_factory=dict)
    strict: frozenset[str] = frozenset()
    done: int = 303
    sent_to: str = ""
    looks_first: bool = False

    def is_strict(self, name: str) -> bool:
        """Does the field take a syntax of its own?"""
        return name in self.strict or name.startswith("price_")

    def opened(self, world: World, browser: Client) -> tuple[str, Form, dict[str, Any]]:
        """Return the address, the form as its page shows it, and values that it takes."""
        shown = look(browser, world.path(self.path))
        assert shown.status == 200, (self.name, shown.status)
        path = world.path(self.sent_to or self.path)
        form = shown.page.form_for(path.partition("?")[0])
        values = {name: found.value for name, found in form.fields.items() if found.value}
        values.pop("csrfmiddlewaretoken", None)
        filled = {
            name: world.path(value) if isinstance(value, str) else value
            for name, value in self.fill.items()
        }
        if self.looks_first:
            filled |= self._consequences(browser, path, values | filled)
        return path, form, values | filled

    def _consequences(
        self, browser: Client, path: str, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        shown = send(browser, path, values)
        assert shown.status == 200, (self.name, shown.told)
        return {"seen": shown.page.form_for(path).fields["seen"].value, "step": "confirm"}
