"""เส้นทางของการตั้งค่าทรัพย์สิน."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
