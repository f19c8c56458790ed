"""สิ่งที่ทะเบียนส่งให้แอปอื่น: fact types, menu, search, map layers and indicators, one file each."""

from cddp.registers.residents.extensions import declared_facts, indicators, layers, menu, search, waiting

__all__ = ["declared_facts", "indicators", "layers", "menu", "search", "waiting"]
