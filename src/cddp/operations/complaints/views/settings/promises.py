"""หน้ามาตรฐานเวลา."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.complaints.choices import Priority
from cddp.operations.complaints.forms.settings import PromisesForm
from cddp.operations.complaints.models import Category
from cddp.operations.complaints.queries.settings import DEFAULT, list_promises
from cddp.operations.complaints.services.promises import set_promises
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: HttpRequest) -> HttpResponse:
    """Show and change in how many working days each kind of problem is promised."""
    categories = [
        (str(pk), name) for pk, name in Category.objects.filter(is_active=True).values_list("pk", "name")
    ]
    form = PromisesForm(
        request.POST or None,
        initial=list_promises(),
        categories=[(DEFAULT, _("ทุกประเภทที่ไม่ได้กำหนดไว้")), *categories],
    )
    if request.method == "POST" and form.is_valid():
        changed = set_promises(user_of(request), form.promises())
        messages.success(request, _("บันทึกแล้ว เปลี่ยน %(count)s ค่า") % {"count": changed})
        return redirect("complaints:settings")
    context = {
        "form": form,
        "priorities": Priority.choices,
        "breadcrumbs": crumbs_under_settings(_("มาตรฐานเวลา")),
    }
    return render(request, "complaints/settings/promises.html", context, status=422 if form.errors else 200)
