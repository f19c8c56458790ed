from django.urls import path

from cddp.foundation.files import views

app_name = "files"
urlpatterns = [path("files/<uuid:pk>/", views.download, name="download")]
