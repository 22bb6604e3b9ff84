"""Forms whose fields do not just stand below each other: layouts of django-crispy-forms."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout

ROW = "field-row"
GRID = "form-grid form-row"


def laid_out(*parts: str | Div) -> FormHelper:
    """Return the helper of a form that `{% crispy form %}` prints: names of fields, and rows.

    A field that is not named is not printed, hidden ones included.
    """
    helper = FormHelper()
    helper.layout = Layout(*parts)
    return helper


def row(*names: str, kind: str = ROW) -> Div:
    """Return fields side by side; `kind` is ROW, or GRID where columns have one width."""
    return Div(*names, css_class=kind)
