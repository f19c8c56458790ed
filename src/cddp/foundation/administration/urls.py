from django.urls import path

from cddp.foundation.administration import views

app_name = "administration"
urlpatterns = [
    path("administration/members/", views.members, name="members"),
    path("administration/members/new/", views.new_member, name="new_member"),
    path("administration/members/<uuid:member_id>/", views.member, name="member"),
    path("administration/members/<uuid:member_id>/working/", views.set_working, name="set_working"),
    path("administration/members/<uuid:member_id>/password/", views.set_password, name="set_password"),
    path("administration/audit/", views.audit_trail, name="audit"),
    path("administration/tokens/", views.tokens, name="tokens"),
    path("administration/tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke_token"),
]
