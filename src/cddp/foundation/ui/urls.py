from django.urls import path

from cddp.foundation.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/gallery/", views.gallery, name="gallery"),
    path("ui/town/", views.choose_town, name="choose_town"),
    path("ui/language/", views.choose_language, name="choose_language"),
    path("ui/notices/", views.notices, name="notices"),
    path("ui/notices/read/", views.read_notices, name="read_notices"),
]
