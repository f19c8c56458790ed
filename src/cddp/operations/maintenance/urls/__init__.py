"""เส้นทางของงานซ่อมบำรุง."""

from cddp.operations.maintenance.urls import boards, rounds, schedules, stock, work

app_name = "maintenance"

urlpatterns = [
    *stock.urlpatterns,
    *schedules.urlpatterns,
    *rounds.urlpatterns,
    *boards.urlpatterns,
    *work.urlpatterns,
]
