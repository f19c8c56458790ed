"""เส้นทางของกระดานงานซ่อม."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
