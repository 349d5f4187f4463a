"""How good the transcription is: recordings with known words go in, error rates come out."""

from collections.abc import Iterator
from contextlib import contextmanager

from callscribe.errors import ConfigError


@contextmanager
def needs_extra() -> Iterator[None]:
    """Translate an import inside the `with` that fails into `ConfigError`."""
    try:
        yield
    except ImportError as exc:
        raise ConfigError(
            f"A part that this needs is not installed ({exc.name}); run `pip install 'callscribe[eval]'`."
        ) from exc
