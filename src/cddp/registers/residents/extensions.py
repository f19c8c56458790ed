"""สิ่งที่ทะเบียนส่งให้แอปอื่น: the fact types of the registers; menu, search, layers and indicators follow."""

from cddp.registers.residents.contributions import declared_facts  # noqa: F401
