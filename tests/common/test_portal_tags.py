"""Icons, badges, times and controls in templates."""

from datetime import timedelta

import pytest
import time_machine
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.utils import timezone

from calcom_portal.icons import ICONS, sprite_url


def render(source: str, **context: object) -> str:
    """Render a template that loads the portal's tags."""
    return Template("{% load portal %}" + source).render(Context(context))


class HoldForm(forms.Form):
    """One field of each look."""

    until = forms.CharField(
        help_text="We are open from 08:00.", widget=forms.TextInput({"placeholder": "Until"})
    )
    party = forms.ChoiceField(choices=[("customer", "Customer")], widget=forms.RadioSelect)
    is_told = forms.BooleanField(label="Tell the customer", required=False)


def test_the_sprite_holds_every_icon_and_may_be_kept_for_a_year() -> None:
    answer = Client().get(sprite_url())

    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content.count(b"<symbol ") == len(ICONS)


def test_an_icon_refers_to_the_sprite_and_is_silent() -> None:
    assert render('{% icon "phone" "icon-lg" %}') == (
        f'<svg class="icon icon-lg" aria-hidden="true"><use href="{sprite_url()}#phone"/></svg>'
    )


def test_an_icon_that_is_not_in_the_sprite_is_refused_by_name() -> None:
    with pytest.raises(TemplateSyntaxError, match="'telephone'"):
        render('{% icon "telephone" %}')


@pytest.mark.parametrize(
    ("state", "word"),
    [("ok", "On time"), ("soon", "Soon"), ("late", "Late"), ("idle", "Not counting")],
)
def test_a_state_has_a_class_a_picture_and_a_word(state: str, word: str) -> None:
    badge = render("{% badge state %}", state=state)

    assert badge.startswith(f'<span class="sla sla-{state}"><svg')
    assert badge.endswith(f"</svg>{word}</span>")


@time_machine.travel("2026-06-15T21:40:00Z", tick=False)
def test_an_instant_is_told_on_the_wall_clock_of_the_viewer() -> None:
    with timezone.override("America/Los_Angeles"):
        told = render("{% when due %}", due=timezone.now() + timedelta(minutes=25))

    assert told == '<time datetime="2026-06-15T15:05-07:00">today 15:05 PDT</time>'


def test_no_instant_and_no_span_are_told_as_nothing() -> None:
    assert render("{% when due %}{{ left|span }}", due=None, left=None) == ""


def test_a_field_names_its_help_and_its_error_for_screen_readers() -> None:
    html = as_crispy_field(HoldForm({"until": ""})["until"])

    assert 'aria-describedby="id_until_helptext id_until_error"' in html
    assert 'id="id_until_helptext"' in html
    assert 'id="id_until_error"' in html
    assert "form-control is-invalid" in html
    assert "placeholder" not in html, "it only repeats the label"


def test_choices_are_boxes_to_pick() -> None:
    html = render("{% control field %}", field=HoldForm()["party"])

    assert '<div class="pick ' in html
    assert 'class="form-check-input"' in html
    assert "<b>Customer</b>" in html


def test_the_label_of_a_check_box_stands_after_it() -> None:
    html = as_crispy_field(HoldForm()["is_told"])

    assert html.index('type="checkbox"') < html.index("Tell the customer")
