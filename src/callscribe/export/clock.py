"""Times as people and players write them."""


def clock(seconds: int) -> str:
    """`HH:MM:SS`, with more digits for the hours from the hundredth on."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def timestamp(milliseconds: int, point: str) -> str:
    """`HH:MM:SS.mmm` with the decimal point of the format."""
    return f"{clock(milliseconds // 1000)}{point}{milliseconds % 1000:03d}"
