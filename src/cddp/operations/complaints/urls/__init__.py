"""เส้นทางของเรื่องร้องเรียน."""

from cddp.operations.complaints.urls import board, citizens, machines, settings, staff

app_name = "complaints"

urlpatterns = [
    *citizens.urlpatterns,
    *settings.urlpatterns,
    *board.urlpatterns,
    *staff.urlpatterns,
    *machines.urlpatterns,
]
