"""เส้นทางของภาพรวม."""

from django.urls import path

from cddp.insight.dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/figures.xlsx", views.figures, name="figures"),
    path("overview/print/", views.sheet, name="sheet"),
]
