"""เส้นทางของแผนที่."""

from django.urls import path

from cddp.insight.maps.views import pages, selections, tiles

app_name = "maps"

urlpatterns = [
    path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>", tiles.tile, name="tile"),
    path("map/", pages.map_page, name="map"),
    path("map/print/", pages.print_page, name="print"),
    path("map/layers.json", pages.layers_json, name="layers"),
    path("map/legend/<slug:layer>/", pages.legend_json, name="legend"),
    path("map/labels/<slug:layer>/", pages.labels_json, name="labels"),
    path("map/pick/<slug:layer>/<uuid:row_id>/", pages.pick, name="pick"),
    path("map/selection/", selections.select, name="select"),
    path("map/selection/<uuid:selection_id>/", selections.selected, name="selected"),
]
