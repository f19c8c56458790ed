"""กรอบประเทศไทย: the frame of degrees in which a thing of a Thai town can lie, with some room around the country."""

WEST, SOUTH, EAST, NORTH = FRAME = (97.0, 5.0, 106.0, 21.0)
"""Degrees (WGS 84). A place beyond is a slip of the finger, of a sign, or a wrong projection."""


def lies_in_frame(longitude: float, latitude: float) -> bool:
    """Tell whether a place can be one of a town of Thailand; what is no number cannot."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH
