"""เส้นทางของการตรวจนับ."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
