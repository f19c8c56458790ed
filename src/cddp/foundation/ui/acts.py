"""การกระทำบนหน้าหนึ่งหน้า: a page of one thing with a form for each act, sent to an address of its own.

A refusal shows the page again with what was typed; so does a change by somebody else meanwhile, and sending it again
is then a decision made in sight of what changed.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cddp.foundation.accounts.access import user_of
from cddp.foundation.accounts.models import User
from cddp.foundation.values.errors import UnableTo, UnableToChangeStale


class ActForm(forms.Form):
    """ฟอร์มของการกระทำ: `key` names it on the page and in its address; it carries the version that the person saw."""

    key: ClassVar[str] = ""
    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": _("หน้านี้เก่าเกินไป กรุณาเปิดใหม่")}
    )
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, choices: Any, data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, auto_id=f"{self.key}_%s", **more)
        self.offer(choices)

    def offer(self, choices: Any) -> None:
        """Fill in what may be chosen."""

    @property
    def seen(self) -> dt.datetime | None:
        """Return when the person opened the page, None for what nobody wrote there."""
        try:
            moment = parse_datetime(str(self.data.get("seen_at", "")))
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None

    def choose(self, name: str, options: list[Any], empty: Any = None) -> None:
        """Set what a list offers, below an empty first line where there are words for it."""
        field: Any = self.fields[name]
        field.choices = options if empty is None else [("", empty), *options]


class Versioned(Protocol):
    """สิ่งที่มีรุ่น: what a page is about."""

    pk: Any
    version: Any


Act = Callable[[User, Any, Any, dt.datetime], str]
"""Does what a valid form asks for, of (person, thing, form, moment), and returns the words that say it was done."""


@dataclass(frozen=True)
class ActPage:
    """หน้าของสิ่งหนึ่ง: how it is found and shown, and where its list is.

    `find(user, pk)` raises Http404 for strangers; `show(request, thing, at=, bound=, status=)` draws the page;
    `rows(user)` are all such things that this person sees.
    """

    find: Callable[[User, UUID], Versioned]
    show: Callable[..., HttpResponse]
    rows: Callable[[User], QuerySet[Any]]
    choices: Callable[[], Any]
    page_url: str
    list_url: str

    def respond(
        self, request: HttpRequest, pk: UUID, kind: type[ActForm], act: Act, keep: Act | None = None
    ) -> HttpResponse:
        """Do what the form asks for, or show the page again with the form as it was filled in.

        `keep` is done first and stays done: a picture cannot be put back into a form.
        """
        user, at = user_of(request), timezone.now()
        found = self.find(user, pk)
        form = kind(self.choices(), request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, found, at=at, bound=form, status=422)
        try:
            if keep is not None:
                with transaction.atomic():
                    keep(user, found, form, at)
            with transaction.atomic():
                words = act(user, found, form, at)
        except UnableToChangeStale as refusal:
            fresh = self.find(user, pk)
            form.data = _with_version(request.POST, fresh.version)
            return self.show(request, fresh, at=at, bound=form, status=refusal.status)
        except UnableTo as refusal:
            field = getattr(refusal, "field", None)
            form.add_error(field if field in form.fields else None, refusal.message)
            return self.show(request, self.find(user, pk), at=at, bound=form, status=422)
        messages.success(request, words)
        # The act may have taken the thing out of this person's sight.
        is_seen = self.rows(user).filter(pk=pk).exists()
        return redirect(self.page_url, pk) if is_seen else redirect(self.list_url)


def _with_version(posted: QueryDict, version: int) -> QueryDict:
    typed = posted.copy()
    typed["version"] = str(version)
    return typed
