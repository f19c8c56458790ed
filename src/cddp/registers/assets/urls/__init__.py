"""เส้นทางของทรัพย์สิน."""

from cddp.registers.assets.urls import counting, imports, registers, roads, settings

app_name = "assets"

urlpatterns = [
    *imports.urlpatterns,
    *counting.urlpatterns,
    *roads.urlpatterns,
    *settings.urlpatterns,
    *registers.urlpatterns,
]
