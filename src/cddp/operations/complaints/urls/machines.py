"""ทางของระบบอื่น: LINE, Traffy Fondue, Open311."""

from django.urls import path

from cddp.operations.complaints.views import line_webhook, open311, traffy

urlpatterns = [
    path("line/webhook/<slug:slug>/", line_webhook.webhook, name="line_webhook"),
    path("traffy/webhook/<slug:slug>/<str:key>/", traffy.webhook, name="traffy_webhook"),
    path("open311/<slug:slug>/discovery.<str:fmt>", open311.discovery, name="open311_town"),
    path("open311/<slug:slug>/v2/discovery.<str:fmt>", open311.discovery, name="open311_discovery"),
    path("open311/<slug:slug>/v2/services.<str:fmt>", open311.services, name="open311_services"),
    path("open311/<slug:slug>/v2/services/<str:code>.<str:fmt>", open311.definition, name="open311_service"),
    path("open311/<slug:slug>/v2/requests.<str:fmt>", open311.requests, name="open311_requests"),
    path(
        "open311/<slug:slug>/v2/requests/<str:number>.<str:fmt>", open311.one_request, name="open311_request"
    ),
    path("open311/<slug:slug>/v2/tokens/<str:number>.<str:fmt>", open311.token, name="open311_token"),
]
