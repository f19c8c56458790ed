"""ทางเข้าออกของเรื่องร้องเรียน: files, and the wires of other systems.

What talks over the network (`gateways.traffy`) is imported where it is used: reading a file needs none of it.
"""

from cddp.operations.complaints.gateways.files import OpenFile, RawRow, as_rows, read_rows

__all__ = ["OpenFile", "RawRow", "as_rows", "read_rows"]
