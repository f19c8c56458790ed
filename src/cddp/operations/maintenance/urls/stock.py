"""เส้นทางของคลังอะไหล่."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
