"""เส้นทางของกระดานงานซ่อม."""

from django.urls import path

from cddp.operations.maintenance.views import board, board_rows

urlpatterns = [
    path("maintenance/board/", board.board, name="board"),
    path("maintenance/board/rows/", board_rows.board_rows, name="board_rows"),
    path("maintenance/board/file.<str:fmt>", board.board_file, name="board_file"),
]
