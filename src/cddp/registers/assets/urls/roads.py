"""เส้นทางของถนนที่วัดจากโทรศัพท์ และของการวาดตำแหน่ง."""

from django.urls import path

from cddp.registers.assets.views import road_conditions, road_traces, roads, shapes, splitting

urlpatterns = [
    path("assets/roads/", roads.roads, name="roads"),
    path("assets/roads/limits/", roads.road_limits, name="road_limits"),
    path("assets/roads/new/", road_traces.road_upload, name="road_upload"),
    path("assets/roads/<uuid:pk>/", road_traces.road_trace, name="road_trace"),
    path("assets/roads/<uuid:pk>/columns/", road_traces.road_trace_columns, name="road_trace_columns"),
    path("assets/roads/<uuid:pk>/progress/", road_traces.road_trace_progress, name="road_trace_progress"),
    path("assets/roads/<uuid:pk>/lines.json", road_traces.road_trace_lines, name="road_trace_lines"),
    path("assets/roads/<uuid:pk>/use/", road_traces.road_trace_act, {"act": "use"}, name="road_trace_use"),
    path(
        "assets/roads/<uuid:pk>/withdraw/",
        road_traces.road_trace_act,
        {"act": "withdraw"},
        name="road_trace_withdraw",
    ),
    path(
        "assets/roads/<uuid:pk>/condition/<uuid:asset_id>/",
        road_conditions.road_trace_condition,
        name="road_trace_condition",
    ),
    path("assets/roads/stretches/<uuid:pk>/", road_traces.road_stretch, name="road_stretch"),
    path("assets/<uuid:pk>/shape/", shapes.asset_shape, name="asset_shape"),
    path("assets/<uuid:pk>/shape/near.json", splitting.shape_near, name="shape_near"),
    path("assets/<uuid:pk>/split/", splitting.asset_split, name="asset_split"),
    path("assets/<uuid:pk>/join/", splitting.asset_join, name="asset_join"),
]
