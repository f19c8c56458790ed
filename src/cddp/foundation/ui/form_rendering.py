"""การวาดฟอร์ม: {{ form }} with an error summary linked to the fields, and {{ field.as_field_group }}."""

from django.forms.renderers import TemplatesSetting


class CivicRenderer(TemplatesSetting):
    """settings.FORM_RENDERER: our templates for forms, fields and errors; Django's own for the controls."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
