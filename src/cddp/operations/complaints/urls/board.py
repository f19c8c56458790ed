"""ทางของกระดานผู้บริหาร."""

from django.urls import path

from cddp.operations.complaints.views.board import monthly, pages

urlpatterns = [
    path("complaints/board/", pages.board, name="board"),
    path("complaints/board/monthly/<str:month>.<str:fmt>", monthly.monthly, name="monthly"),
]
