"""เส้นทางของค่าเสื่อมราคา ป้าย QR และการตรวจนับ."""

from django.urls import path

from cddp.registers.assets.views import counting, counting_phone, depreciation, labels

ROUND = "assets/counts/<uuid:pk>/"
PHONE = f"{ROUND}phone/"

urlpatterns = [
    path("a/<uuid:pk>/", labels.code, name="code"),
    path("assets/labels/", labels.labels, name="labels"),
    path("assets/depreciation/", depreciation.register, name="depreciation"),
    path("assets/depreciation/threshold/", depreciation.threshold, name="depreciation_threshold"),
    path(
        "assets/depreciation/<int:year>.<slug:fmt>",
        depreciation.register_file,
        name="depreciation_file",
    ),
    path("assets/<uuid:pk>/depreciation.pdf", depreciation.card, name="depreciation_card"),
    path("assets/counts/", counting.stock_takes, name="stock_takes"),
    path("assets/counts/new/", counting.stock_take_new, name="stock_take_new"),
    path(ROUND, counting.stock_take, name="stock_take"),
    path(f"{ROUND}close/", counting.stock_take_close, name="stock_take_close"),
    path(f"{ROUND}report.<slug:fmt>", counting.stock_take_report, name="stock_take_report"),
    path(PHONE, counting_phone.phone, name="stock_take_phone"),
    path(f"{PHONE}rows.json", counting_phone.phone_rows, name="stock_take_rows"),
    path(f"{PHONE}find.json", counting_phone.phone_find, name="stock_take_find"),
    path(f"{PHONE}token.json", counting_phone.phone_token, name="stock_take_token"),
    path(f"{PHONE}sightings/", counting_phone.phone_sight, name="stock_take_sight"),
    path(f"{PHONE}worker.js", counting_phone.phone_worker, name="stock_take_worker"),
]
