"""เส้นทางของถนนที่วัดจากโทรศัพท์."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
