"""เส้นทางของใบสั่งงาน."""

from django.urls import URLPattern, path

from cddp.operations.maintenance.views import work, work_bulk, work_files, work_lists, work_new

ORDER = "maintenance/work/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path("maintenance/work/", work_lists.orders, name="work_orders"),
    path("maintenance/work/new/", work_new.work_new, name="work_new"),
    path("maintenance/work/bulk/<slug:action>/", work_bulk.bulk, name="work_bulk"),
    path(ORDER, work.work_order, name="work_order"),
    path(f"{ORDER}approve/", work.approve, name="work_approve"),
    path(f"{ORDER}plan/", work.plan, name="work_plan"),
    path(f"{ORDER}crew-day/", work.crew_day, name="work_crew_day"),
    path(f"{ORDER}start/", work.start, name="work_start"),
    path(f"{ORDER}await-parts/", work.await_parts, name="work_await_parts"),
    path(f"{ORDER}resume/", work.resume, name="work_resume"),
    path(f"{ORDER}finish/", work.finish, name="work_finish"),
    path(f"{ORDER}accept/", work.accept, name="work_accept"),
    path(f"{ORDER}send-back/", work.send_back, name="work_send_back"),
    path(f"{ORDER}cancel/", work.cancel, name="work_cancel"),
    path(f"{ORDER}edit/", work.edit, name="work_edit"),
    path(f"{ORDER}contract/", work.contract, name="work_contract"),
    path(f"{ORDER}checks/<uuid:check_id>/", work.check, name="work_check"),
    path(f"{ORDER}time/", work.time, name="work_time"),
    path(f"{ORDER}time/<uuid:time_id>/remove/", work.time_remove, name="work_time_remove"),
    path(f"{ORDER}photos/", work.photo, name="work_photo_add"),
    path(f"{ORDER}photos/<uuid:photo_id>/remove/", work.photo_remove, name="work_photo_remove"),
    path(f"{ORDER}signature/", work_files.signature, name="work_signature"),
    path(f"{ORDER}paper.pdf", work_files.paper, name="work_paper"),
    path("maintenance/work/photos/<uuid:pk>/", work_files.picture, name="work_photo"),
    path("maintenance/work/photos/<uuid:pk>/preview/", work_files.preview, name="work_photo_preview"),
    path("maintenance/contractors/", work_new.contractors, name="contractors"),
    path("maintenance/contractors/new/", work_new.contractor, name="contractor_new"),
    path("maintenance/contractors/<uuid:pk>/", work_new.contractor, name="contractor"),
]
