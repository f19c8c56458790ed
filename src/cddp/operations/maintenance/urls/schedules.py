"""เส้นทางของแผนบำรุงรักษา."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
