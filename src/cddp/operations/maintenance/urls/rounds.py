"""เส้นทางของงานของช่างวันนี้."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
