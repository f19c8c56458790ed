"""เส้นทางของแผนที่."""

from django.urls import path

from cddp.insight.maps.views import tiles

app_name = "maps"

urlpatterns = [
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>", tiles.tile, name="tile"),
]
