"""สิ่งที่ทะเบียนทรัพย์สินให้แก่หน้าจออื่น: each file adds its own."""

from cddp.registers.assets.extensions import (  # noqa: F401  (each adds its own)
    counting,
    figures,
    imports,
    layers,
    registers,
    retention,
    roads,
)
