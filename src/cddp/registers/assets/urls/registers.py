"""เส้นทางของทะเบียนทรัพย์สิน."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
