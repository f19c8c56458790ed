"""เส้นทางของแผนบำรุงรักษา ปฏิทิน มาตร และแบบรายการตรวจ."""

from django.urls import path

from cddp.operations.maintenance.views import calendar, checklists, schedules

urlpatterns = [
    path("maintenance/calendar/", calendar.calendar, name="calendar"),
    path("maintenance/calendar/<uuid:pk>/move/", calendar.calendar_move, name="calendar_move"),
    path("maintenance/schedules/", schedules.schedule_list, name="schedules"),
    path("maintenance/schedules/new/", schedules.schedule_new, name="schedule_new"),
    path("maintenance/schedules/many/", schedules.schedule_many, name="schedule_many"),
    path("maintenance/schedules/<uuid:pk>/", schedules.schedule_edit, name="schedule"),
    path("maintenance/schedules/<uuid:pk>/active/", schedules.schedule_active, name="schedule_active"),
    path("maintenance/meters/<uuid:pk>/", schedules.meter_read, name="meter"),
    path("maintenance/checklists/", checklists.checklist_list, name="checklists"),
    path("maintenance/checklists/new/", checklists.checklist_new, name="checklist_new"),
    path("maintenance/checklists/<uuid:pk>/", checklists.checklist_edit, name="checklist"),
    path("maintenance/checklists/<uuid:pk>/use/", checklists.checklist_in_use, name="checklist_in_use"),
]
