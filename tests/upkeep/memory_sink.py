"""A sink that keeps parts in memory, in the shape of the real one."""

from __future__ import annotations

from types import TracebackType


class MemoryPart:
    """A part that is being written."""

    def __init__(self, sink: MemorySink, name: str, form: str) -> None:
        self._sink, self._name, self._form = sink, name, form
        self._bytes = bytearray()
        self._is_finished = False

    def __enter__(self) -> MemoryPart:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._is_finished:
            self._sink.abandoned.append(self._name)

    def write(self, data: bytes, /) -> None:
        self._bytes += data

    def finish(self) -> None:
        self._is_finished = True
        self._sink.parts[self._name] = bytes(self._bytes)
        self._sink.forms[self._name] = self._form


class MemorySink:
    """Keeps what was finished in `parts`, and the names of what was not in `abandoned`."""

    def __init__(self) -> None:
        self.parts: dict[str, bytes] = {}
        self.forms: dict[str, str] = {}
        self.abandoned: list[str] = []
        self.steps: list[str] = []

    def part(self, name: str, form: str) -> MemoryPart:
        return MemoryPart(self, name, form)

    def step(self, words: str) -> None:
        self.steps.append(words)
