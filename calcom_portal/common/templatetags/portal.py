"""Template tags of the portal: icons, states, time in words, form controls."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from django import template
from django.forms import BoundField, CheckboxInput, FileInput, Select, Widget
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from calcom_portal.common.parts import SlaState
from calcom_portal.common.timewords import (
    spell_between,
    spell_dated,
    spell_instant,
    spell_span,
)
from calcom_portal.common.zones import spell_zone
from calcom_portal.icons import ICONS, sprite_url

register = template.Library()

BADGES = {
    SlaState.OK: ("circle-check", "On time"),
    SlaState.SOON: ("hourglass", "Soon"),
    SlaState.LATE: ("octagon-alert", "Late"),
    SlaState.IDLE: ("circle-pause", "Not counting"),
}


@register.simple_tag
@cache
def icon(name: str, extra_class: str = "") -> SafeString:
    """Return one icon of the sprite, hidden from screen readers: a word must stand beside it."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(
            f"There is no icon {name!r}. Add it to calcom_portal/icons.py."
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {extra_class}".strip(),
        sprite_url(),
        name,
    )


@register.simple_tag
@cache
def badge(state: str, word: str = "") -> SafeString:
    """Return the badge of an SLA state ("ok", "soon", "late", "idle"), with its usual word."""
    picture, usual_word = BADGES[SlaState(state)]
    return format_html(
        '<span class="sla sla-{}">{}{}</span>', state, icon(picture), word or usual_word
    )


@register.simple_tag
def when(instant: datetime | None, style: str = "") -> SafeString | str:
    """Return a `<time>` on the viewer's wall clock; "" for None.

    `style`: "short" leaves out the zone, "dated" says the date however near it is, "start"
    begins with a capital letter.
    """
    if instant is None:
        return ""
    zone, now = timezone.get_current_timezone(), timezone.now()
    if style == "dated":
        return _time(instant, spell_dated(instant, now=now, zone=zone))
    words = spell_instant(instant, now=now, zone=zone, with_zone=style != "short")
    return _time(instant, words[:1].upper() + words[1:] if style == "start" else words)


def _time(instant: datetime, words: str) -> SafeString:
    local = instant.astimezone(timezone.get_current_timezone())
    return format_html('<time datetime="{}">{}</time>', local.isoformat("T", "minutes"), words)


@register.simple_tag
def between(start: datetime | None, end: datetime | None) -> SafeString | str:
    """Return a stretch on the viewer's wall clock: "Fri 09:00 to 11:30 PST"."""
    if start is None or end is None:
        return when(start)
    zone = timezone.get_current_timezone()
    return _time(start, spell_between(start, end, now=timezone.now(), zone=zone))


@register.filter
def span(length: timedelta | None) -> str:
    """Return a length of time as "3 h 20 m"; "" for None."""
    return "" if length is None else spell_span(length)


@register.filter
def zone(name: str) -> str:
    """Return the name of a time zone as forms offer it: "America/Los Angeles"."""
    return spell_zone(name)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Return the widget of a bound field with the classes of its kind and of its state."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return _picks(field)
    classes = [widget.attrs.get("class", ""), _widget_class(widget)]
    if field.errors:
        classes.append("is-invalid")
    attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
    # A placeholder that only repeats the label is noise, and gone when it would be needed.
    label, placeholder = (
        str(text).lower() for text in (field.label, widget.attrs.get("placeholder", ""))
    )
    if placeholder in label or label in placeholder:
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


@register.filter
def is_check(field: BoundField) -> bool:
    """Tell whether a bound field is a single check box, whose label stands after it."""
    return type(field.field.widget) is CheckboxInput


def _picks(field: BoundField) -> SafeString:
    """Return choices as boxes to pick; the class "pick-inline" puts them in a row."""
    options = list(field.subwidgets)
    for option in options:
        option.data["attrs"]["class"] = "form-check-input"
    return format_html(
        '<div class="pick {}" id="{}">{}</div>',
        field.field.widget.attrs.get("class", ""),
        field.id_for_label or field.auto_id,
        format_html_join(
            "",
            "<label>{}<b>{}</b></label>",
            ((option.tag(), option.choice_label) for option in options),
        ),
    )


def _widget_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    if isinstance(widget, FileInput):
        return "form-control form-control-file"
    return "form-control"
