"""Which bytes of a file a request is for, and whether it has them already (RFC 9110, 13 and 14)."""

import re

# One range; several would have to be answered as a multipart message, which no player needs.
_RANGE = re.compile(r"bytes=[ \t]*(?:([0-9]{1,1000})-([0-9]{0,1000})|-([0-9]{1,1000}))[ \t]*", re.IGNORECASE)


def selected(header: str, size: int) -> range | None:
    """The positions that `Range` asks for in a file of `size` bytes; empty if it has none of them.

    None means the whole file: the header is malformed, of another unit, or has several ranges.
    """
    found = _RANGE.fullmatch(header)
    if not found:
        return None
    first, last, suffix = found.groups()
    if suffix:
        return range(max(size - int(suffix), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether `If-None-Match` names the file's `etag`."""
    return if_none_match.strip() == "*" or etag in re.findall(r'"[^"]*"', if_none_match)
