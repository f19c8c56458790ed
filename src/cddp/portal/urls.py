"""เส้นทางของหน้าแรกและโต๊ะทำงาน."""

from django.urls import path

from cddp.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.front, name="front"),
    path("t/<slug:slug>/", views.town, name="town"),
    path("desk/", views.desk, name="desk"),
    path("search/", views.search, name="search"),
]
