"""ทางกลับ: where the pages of complaints hang, for the line of links above each heading."""

from django.utils.translation import gettext_lazy as _

from cddp.operations.complaints.models import Need

HOME = (_("เรื่องร้องเรียน"), "/complaints/")


def crumbs_of(need: Need, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """Return the links down to one problem, and further."""
    here = (need.number, need.get_absolute_url() if more else "")
    return [HOME, here, *more]
