"""ระยะเวลา: seconds as days, hours and minutes."""


def span_of(seconds: float) -> tuple[int, int, int]:
    """Return (whole days, hours left, minutes left)."""
    minutes = max(0, int(seconds // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return days, hours, minutes
