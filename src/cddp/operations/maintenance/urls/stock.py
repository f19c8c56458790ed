"""เส้นทางของคลังอะไหล่."""

from django.urls import URLPattern, path

from cddp.operations.maintenance.views import (
    stock,
    stock_documents,
    stock_import,
    stock_lists,
    stock_panel,
    stock_parts,
    stock_stores,
)

urlpatterns: list[URLPattern] = [
    path("maintenance/parts/", stock.parts, name="parts"),
    path("maintenance/parts/new/", stock_parts.part_new, name="part_new"),
    path("maintenance/parts/import/", stock_import.parts_import, name="parts_import"),
    path("maintenance/parts/import/form/", stock_import.parts_import_form, name="parts_import_form"),
    path("maintenance/parts/import/<uuid:pk>/", stock_import.parts_import_file, name="parts_import_file"),
    path("maintenance/parts/<uuid:pk>/", stock_parts.part, name="part"),
    path("maintenance/parts/<uuid:pk>/edit/", stock_parts.part_edit, name="part_edit"),
    path("maintenance/parts/<uuid:pk>/movements/", stock_parts.part_movements, name="part_movements"),
    path("maintenance/parts/<uuid:pk>/shelf/<uuid:store>/", stock_parts.part_shelf, name="part_shelf"),
    path("maintenance/parts/<uuid:pk>/move/<slug:kind>/", stock_parts.part_move, name="part_move"),
    path("maintenance/stores/", stock_stores.stores, name="stores"),
    path("maintenance/stores/new/", stock_stores.store_new, name="store_new"),
    path("maintenance/stores/<uuid:pk>/", stock_stores.store, name="store"),
    path("maintenance/stores/<uuid:pk>/edit/", stock_stores.store_edit, name="store_edit"),
    path("maintenance/stores/<uuid:pk>/count/", stock_stores.store_count, name="store_count"),
    path("maintenance/stores/<uuid:pk>/sheet/", stock_stores.store_sheet, name="store_sheet"),
    path("maintenance/stock/receive/", stock_documents.stock_receive, name="stock_receive"),
    path("maintenance/stock/transfer/", stock_documents.stock_transfer, name="stock_transfer"),
    path("maintenance/stock/scan/", stock_documents.stock_scan, name="stock_scan"),
    path("maintenance/stock/movements/", stock_lists.movements, name="movements"),
    path("maintenance/stock/purchase/", stock_lists.purchase, name="purchase"),
    path("maintenance/stock/purchase.pdf", stock_lists.purchase_pdf, name="purchase_pdf"),
    path("maintenance/stock/differences/", stock_stores.stock_differences, name="stock_differences"),
    path("maintenance/work/<uuid:pk>/parts/", stock_panel.work_parts, name="work_parts"),
]
