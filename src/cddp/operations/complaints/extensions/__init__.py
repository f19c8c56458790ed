"""สิ่งที่เรื่องร้องเรียนให้แก่หน้าจออื่น: menu, map layer, panel of a house, search, figures."""

from cddp.operations.complaints.extensions import (  # noqa: F401  (each adds its own)
    figures,
    layer,
    line,
    need_layer,
    places,
    retention,
    steering,
    things,
    traffy,
)
