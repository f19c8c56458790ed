"""ทางของประชาชน: everything below t/<town>/, open to all."""

from django.urls import path

from cddp.operations.complaints.views.public import following, needs, reporting

urlpatterns = [
    path("t/<slug:slug>/report/", reporting.report_form, name="public_report"),
    path("t/<slug:slug>/report/near/", reporting.near, name="public_near"),
    path("t/<slug:slug>/report/worker.js", reporting.worker, name="public_worker"),
    path("t/<slug:slug>/follow/", following.follow_form, name="follow"),
    path("t/<slug:slug>/follow/<str:code>/", following.followed, name="followed"),
    path("t/<slug:slug>/follow/<str:code>/receipt/", following.receipt, name="receipt"),
    path("t/<slug:slug>/follow/<str:code>/answer/", following.answer, name="answer"),
    path("t/<slug:slug>/follow/<str:code>/stars/", following.stars, name="stars"),
    path("t/<slug:slug>/follow/<str:code>/reopen/", following.reopen, name="reopen"),
    path("t/<slug:slug>/follow/<str:code>/take-back/", following.take_back, name="take_back"),
    path("t/<slug:slug>/follow/<str:code>/photos/<uuid:pk>/", following.own_photo, name="own_photo"),
    path("t/<slug:slug>/needs/", needs.public_needs, name="public_needs"),
    path("t/<slug:slug>/needs/spots.json", needs.spots, name="spots"),
    path("t/<slug:slug>/needs/map.json", needs.open_map, name="open_map"),
    path("t/<slug:slug>/needs/<str:number>/", needs.public_need, name="public_need"),
    path("t/<slug:slug>/needs/<str:number>/photos/<uuid:pk>/", needs.public_photo, name="public_photo"),
    path(
        "t/<slug:slug>/needs/<str:number>/photos/<uuid:pk>/preview/",
        needs.public_photo,
        {"size": "preview"},
        name="public_preview",
    ),
]
