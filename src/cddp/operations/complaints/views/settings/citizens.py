"""ตั้งค่าหน้าของประชาชน."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cddp.foundation.accounts.access import requires, user_of
from cddp.operations.complaints.errors import UnableToConfigure
from cddp.operations.complaints.forms.public import PublicPhoneForm
from cddp.operations.complaints.queries.public_page import find_public_phone
from cddp.operations.complaints.services.public_page import set_public_phone
from cddp.operations.complaints.views.settings.hub import crumbs_under_settings


@requires("complaints.configure")
@require_http_methods(["GET", "HEAD", "POST"])
def public_pages(request: HttpRequest) -> HttpResponse:
    """Set what citizens read on the pages that are open to all."""
    form = PublicPhoneForm(request.POST or None, initial={"phone": find_public_phone()})
    if request.method == "POST" and form.is_valid():
        try:
            set_public_phone(user_of(request), form.cleaned_data["phone"])
        except UnableToConfigure as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("complaints:settings")
    title = _("หน้าของประชาชน")
    context = {
        "form": form,
        "title": title,
        "back": reverse("complaints:settings"),
        "breadcrumbs": crumbs_under_settings(title),
    }
    return render(request, "complaints/settings/form.html", context, status=422 if form.errors else 200)
