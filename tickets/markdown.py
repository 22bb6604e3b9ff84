"""From the text that people write to the HTML that is shown. The text itself is kept as written."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

# Images are left out: a picture on another server would tell who reads the ticket, and when.
_plain = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image"])
_plain.enable(["strikethrough"])
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image"])
_markdown.enable(["table", "strikethrough"])
# A wide head over many short lines is filled up with empty cells, to many times the text.
LONGEST_HTML = 200_000

TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
    *("li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
SCHEMES = {"http", "https", "mailto", "tel"}
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes=SCHEMES,
    link_rel="noopener nofollow",
)


def render_markdown(text: str) -> str:
    """Return safe HTML: no markup of the writer's own, no images, no links but to known schemes."""
    html = _markdown.render(text)
    return _cleaner.clean(html if len(html) <= LONGEST_HTML else _plain.render(text))
