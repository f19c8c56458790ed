"""เส้นทางของใบสั่งงาน."""

from django.urls import URLPattern, path

from cddp.operations.maintenance.views import work

urlpatterns: list[URLPattern] = [
    path("work/<uuid:pk>/", work.work_order, name="work_order"),
]
