"""เส้นทางของงานของช่างวันนี้."""

from django.urls import path

from cddp.operations.maintenance.views import rounds

# All below one address, which the service worker of the day looks after and no other.
urlpatterns = [
    path("maintenance/today/", rounds.today, name="today"),
    path("maintenance/today/acts/", rounds.act, name="act"),
    path("maintenance/today/order/", rounds.order, name="round_order"),
    path("maintenance/today/token.json", rounds.token, name="round_token"),
    path("maintenance/today/worker.js", rounds.worker, name="round_worker"),
    path("maintenance/today/<uuid:pk>/", rounds.stop, name="stop"),
]
