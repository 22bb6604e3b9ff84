"""The child process of `typeset`: one order on stdin (JSON), one PDF or PNG on stdout.

Knows neither Django nor the portal, so that it starts in 50 ms and takes its memory with it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import unicodedata
from typing import Any

import typst

# Address space and processor seconds of one document. The fonts are mapped, hence the room.
MEMORY_BYTES = 1536 * 1024 * 1024
# A round tells of the letters that no font has where they stand for the first time.
ROUNDS = 4
PICTURE_PPI = 300
# What PDF/UA-1 forbids, what cannot be seen, and what turns the direction of the text around it.
UNPRINTABLE = {"Cc", "Cs", "Co", "Cn"}
DISALLOWED = frozenset("\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
NOT_ALLOWED = re.compile(r'disallowed codepoint `"(.+?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def main() -> int:
    """Typeset the order; on failure say why on stderr and return 1."""
    order = json.load(sys.stdin)
    limit_process(order["seconds"])
    try:
        made = compile_readable(order)
    except typst.TypstError as error:
        sys.stderr.write(error.diagnostic)
        return 1
    sys.stdout.buffer.write(made)
    return 0


def limit_process(seconds: int) -> None:
    """Let the system end this process when a document asks for too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def compile_readable(order: dict[str, Any]) -> bytes:
    """Return the document; letters that no font has are written as their number: [U+1F600]."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=order["fonts"]
    )
    compiler = typst.Compiler(
        input=order["template"], root=order["root"], font_paths=fonts, package_path=order["root"]
    )
    data = _walk(order["data"], _spell_unprintable)
    unknown: set[str] = set()
    for _ in range(ROUNDS):
        try:
            return _compile(compiler, order, data)
        except typst.TypstError as error:
            found = letters_without_glyph(error.diagnostic)
            if not found - unknown:
                raise
            unknown |= found
            table = {ord(letter): spell_code(letter) for letter in unknown}
            data = _walk(data, lambda text, table=table: text.translate(table))
    return _compile(compiler, order, data)


def letters_without_glyph(diagnostic: str) -> set[str]:
    """Return the letters that typst says it cannot show."""
    found = NO_GLYPH.findall(diagnostic) + NOT_ALLOWED.findall(diagnostic)
    texts = (ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in found)
    return {letter for text in texts for letter in text}


def spell_code(letter: str) -> str:
    """Return the number of a letter, to print in its place."""
    return f"[U+{ord(letter):04X}]"


def _compile(compiler: typst.Compiler, order: dict[str, Any], data: Any) -> bytes:
    inputs = {"data": json.dumps(data)}
    if order["format"] == "png":
        made = compiler.compile(format="png", sys_inputs=inputs, ppi=PICTURE_PPI)
    else:
        made = compiler.compile(
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1"],
            timestamp=order["made_at"],
        )
    if not isinstance(made, bytes):
        raise TypeError("typst gave pages where one document was asked for.")
    return made


def _walk(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _walk(item, change) for name, item in value.items()}
    return value


def _spell_unprintable(text: str) -> str:
    return "".join(_printable(letter) for letter in text.replace("\t", "    "))


def _printable(letter: str) -> str:
    if letter == "\n" or (letter.isascii() and letter.isprintable()):
        return letter
    hidden = unicodedata.category(letter) in UNPRINTABLE or letter in DISALLOWED
    return spell_code(letter) if hidden else letter


if __name__ == "__main__":
    sys.exit(main())
