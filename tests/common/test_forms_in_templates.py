"""Every form comes out of our template pack of django-crispy-forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template

from calcom_portal.common.fields import DayField, needed_at_times
from calcom_portal.common.layouts import GRID, laid_out, row

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
# `{{ form }}` and `as_field_group` are Django's own markup, which has none of our classes.
PLAIN = re.compile(r"\{\{ *\w*form *\}\}|as_field_group|\.as_(p|div|table|ul)\b")


class VisitForm(forms.Form):
    """Two fields that stand side by side, one below, one hidden."""

    key = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Open it again."})
    start = forms.CharField(label="From")
    end = forms.CharField(label="Until", required=False)
    note = forms.CharField(widget=forms.Textarea, help_text="The customer reads this.")

    def clean(self) -> None:
        """Find something wrong with the whole."""
        raise forms.ValidationError("You are somewhere else then.")


class LaidOutForm(VisitForm):
    """The same with a layout."""

    helper = laid_out("key", row("start", "end", kind=GRID), "note")


def printed(form: forms.Form, how: str = "{{ form|crispy }}") -> str:
    """Return what a template prints, with single blanks."""
    template = Template("{% load crispy_forms_tags %}" + how)
    html = " ".join(template.render(Context({"form": form})).split())
    return html.replace(" <", "<").replace("> <", "><").replace(" >", ">")


def test_a_field_has_its_label_help_control_and_error_in_this_order() -> None:
    html = printed(VisitForm({"key": "1"}), "{{ form.note|as_crispy_field }}")
    assert html == (
        '<div class="field"><label class="form-label" for="id_note">Note</label>'
        '<div class="form-text" id="id_note_helptext">The customer reads this.</div>'
        '<textarea name="note" cols="40" rows="10" class="form-control is-invalid" required'
        ' aria-invalid="true" aria-describedby="id_note_helptext id_note_error" id="id_note">'
        '</textarea><p class="invalid-feedback d-block" id="id_note_error">This field is required.'
        "</p></div>"
    )


class AgreedForm(forms.Form):
    """One field that may be empty, and one that is needed at times."""

    note = forms.CharField(required=False)
    day = needed_at_times(DayField(label="Day"))


def test_only_what_is_never_needed_is_called_optional() -> None:
    form = AgreedForm({})
    assert form.is_valid()
    assert 'Note<span class="optional">optional</span>' in printed(form)
    assert '<label class="form-label" for="id_day">Day</label>' in printed(form)


@pytest.mark.parametrize("form", [VisitForm, LaidOutForm])
def test_what_is_wrong_with_the_whole_stands_first_and_hidden_fields_are_told(
    form: type[VisitForm],
) -> None:
    html = printed(form({}), "{% crispy form %}")
    assert html.startswith('<div class="form-errors" role="alert">')
    assert "You are somewhere else then." in html
    assert '<input type="hidden" name="key" id="id_key"' in html
    assert "Open it again." in html
    assert html.index("Open it again.") < html.index("From")


def test_a_layout_puts_fields_side_by_side() -> None:
    html = printed(LaidOutForm(), "{% crispy form %}")
    rows = re.findall(r'<div class="form-grid form-row">(.*?)</div></div>', html)
    assert [re.findall(r'name="(\w+)"', one) for one in rows] == [["start", "end"]]
    assert html.count('class="field"') == 3


def test_the_form_element_the_token_and_the_buttons_are_the_pages() -> None:
    for how in ("{% crispy form %}", "{{ form|crispy }}"):
        html = printed(LaidOutForm(), how)
        assert "<form" not in html
        assert "csrf" not in html
        assert "submit" not in html


def test_without_a_layout_tag_and_filter_print_the_same() -> None:
    assert printed(VisitForm(), "{% crispy form %}") == printed(VisitForm())


def test_a_layout_that_names_no_field_of_the_form_is_refused() -> None:
    class Wrong(VisitForm):
        helper = laid_out("begin")

    with pytest.raises(Exception, match="Could not resolve form field 'begin'"):
        printed(Wrong(), "{% crispy form %}")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_prints_a_form_without_the_pack(path: Path) -> None:
    assert PLAIN.findall(path.read_text()) == []
