"""A text makes no more HTML than its writer wrote."""

from __future__ import annotations

from tickets.markdown import render_markdown


def test_a_table_is_a_table() -> None:
    html = render_markdown("|Phone|Works|\n|-|-|\n|Front desk|no|\n")
    assert html.count("<td>") == 2
    assert html.count("<th>") == 2


def test_a_table_of_empty_cells_does_not_swell_the_page() -> None:
    text = "a|" * 3000 + "\n" + "-|" * 3000 + "\n" + "x\n" * 3000
    html = render_markdown(text)
    assert "<table>" not in html
    assert len(html) < 3 * len(text)
