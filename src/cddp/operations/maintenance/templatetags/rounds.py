"""คำของหน้างานช่าง: an id for each form, so that a form sent twice by a browser without scripts is done once."""

from uuid import UUID

from django import template

from cddp.foundation.values.identifiers import uuid7

register = template.Library()


@register.simple_tag
def new_act() -> UUID:
    """Return a fresh id of an act."""
    return uuid7()
