"""เส้นทางของเรื่องร้องเรียน."""

from cddp.operations.complaints.urls import board, citizens, machines, settings, staff

app_name = "complaints"

# Django looks from the top: first what programs ask a hundred times a second.
urlpatterns = [
    *machines.urlpatterns,
    *citizens.urlpatterns,
    *settings.urlpatterns,
    *board.urlpatterns,
    *staff.urlpatterns,
]
