"""การกระทำกับทรัพย์สิน: look at it, say that it does not work or does again, let it leave the register, bring it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cddp.foundation.accounts.access import requires, user_of
from cddp.foundation.values.errors import UnableTo
from cddp.registers.assets.choices import AssetState, Source
from cddp.registers.assets.errors import AssetChangedMeanwhile, UnableToChangeAsset
from cddp.registers.assets.forms.acts import DisposalForm, InspectionForm, OutageForm, RestoreForm
from cddp.registers.assets.models import Asset
from cddp.registers.assets.queries.finding import get_asset
from cddp.registers.assets.services.disposing import dispose_asset, restore_asset
from cddp.registers.assets.services.inspecting import inspect
from cddp.registers.assets.services.outages import begin_outage, end_outage
from cddp.registers.assets.views.asset_page import show
from cddp.registers.assets.views.crumbs import crumbs_of


@requires("assets.inspect")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_inspect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer with one tap how it looks; photos and words if there are any."""
    user, found = user_of(request), get_asset(user_of(request), pk)
    if found.state == AssetState.DISPOSED:
        raise Http404
    if request.method != "POST":
        return _show_look(request, found, InspectionForm.fresh())
    form = InspectionForm(request.POST)
    if form.is_valid():
        try:
            inspect(user, pk, **form.cleaned_data, photos=request.FILES.getlist("photos"), at=timezone.now())
        except UnableToChangeAsset as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("บันทึกผลตรวจแล้ว"))
            return redirect(found)
    return _show_look(request, found, form, status=422)


def _show_look(request: HttpRequest, found: Asset, form: InspectionForm, status: int = 200) -> HttpResponse:
    values = {
        "asset": found,
        "form": form,
        "last": found.inspections.first(),
        "breadcrumbs": crumbs_of(found, (_("ตรวจสภาพ"), "")),
    }
    return render(request, "assets/inspect.html", values, status=status)


@requires("assets.inspect")
@require_POST
def outage_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that it does not work."""
    user, found, at = user_of(request), get_asset(user_of(request), pk), timezone.now()
    form = OutageForm(request.POST, auto_id="outage_%s")
    if form.is_valid():
        try:
            begin_outage(
                user, pk, source=Source.OFFICER, words=form.cleaned_data["words"], from_at=form.from_at(at)
            )
        except UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("บันทึกว่าชำรุดแล้ว"))
            return redirect(found)
    return show(request, found, bound="outage", forms_by_key={"outage": form}, status=422)


@requires("assets.inspect")
@require_POST
def outage_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that it works again."""
    found = get_asset(user_of(request), pk)
    ended = end_outage(user_of(request), pk, at=timezone.now())
    if ended is None:
        messages.info(request, _("ทรัพย์สินนี้ใช้การได้อยู่แล้ว"))
    else:
        messages.success(request, _("บันทึกว่ากลับมาใช้ได้แล้ว"))
    return redirect(found)


@requires("assets.dispose")
@require_http_methods(["GET", "HEAD", "POST"])
def asset_dispose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let it leave the register."""
    user, found = user_of(request), get_asset(user_of(request), pk)
    if found.state == AssetState.DISPOSED:
        return redirect(found)
    if request.method != "POST":
        initial = {"version": found.version, "disposed_on": timezone.localdate()}
        return _show_disposal(request, found, DisposalForm(initial=initial))
    form = DisposalForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            dispose_asset(user, pk, **form.cleaned_data, at=timezone.now())
        except UnableToChangeAsset as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except AssetChangedMeanwhile as refusal:
            found, status = get_asset(user, pk), int(refusal.status)
            form.data = {**request.POST.dict(), "version": found.version}
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("จำหน่ายออกจากทะเบียนแล้ว"))
            return redirect(found)
    return _show_disposal(request, found, form, status=status)


def _show_disposal(request: HttpRequest, found: Asset, form: DisposalForm, status: int = 200) -> HttpResponse:
    values = {
        "asset": found,
        "form": form,
        "breadcrumbs": crumbs_of(found, (_("จำหน่าย"), "")),
    }
    return render(request, "assets/dispose.html", values, status=status)


@requires("assets.dispose")
@require_POST
def asset_restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Bring it back."""
    user, found = user_of(request), get_asset(user_of(request), pk)
    form, status = RestoreForm(request.POST, auto_id="restore_%s"), 422
    if form.is_valid():
        try:
            restore_asset(user, pk, **form.cleaned_data, at=timezone.now())
        except UnableTo as refusal:
            found, status = get_asset(user, pk), int(refusal.status)
            form.data = {**request.POST.dict(), "version": found.version}
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("ยกเลิกการจำหน่ายแล้ว ทรัพย์สินกลับมาใช้งาน"))
            return redirect(found)
    return show(request, found, bound="restore", forms_by_key={"restore": form}, status=status)
