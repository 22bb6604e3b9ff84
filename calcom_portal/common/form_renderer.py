"""Render every form of the portal with the parts in templates/_shared/."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.name.as_field_group }}` in the portal's look."""

    form_template_name = "_shared/_form.html"
    field_template_name = "_shared/_field.html"
