"""Names of downloads in HTTP headers."""

import re
from urllib.parse import quote

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()-]")


def attachment(name: str) -> str:
    """The value of `Content-Disposition` for a file to be saved under this name (RFC 6266).

    It holds nothing but ASCII: letters of other scripts are encoded, and `_` for readers that cannot decode them.
    """
    return f"attachment; filename=\"{_NOT_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
