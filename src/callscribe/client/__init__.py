"""A typed client of the HTTP API, in two forms with the same methods: `CallScribe`, and `AsyncCallScribe` for asyncio.

It needs only what `pip install callscribe` brings. docs/client.md shows how to use it.
"""

from callscribe.client.aio import AsyncCallScribe
from callscribe.client.sync import CallScribe

__all__ = ["AsyncCallScribe", "CallScribe"]
