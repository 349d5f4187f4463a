"""The child process: `python -m callscribe.media '<request as JSON>'`, events on stdout."""

import json
import os
import sys
import threading
from pathlib import Path

from callscribe.errors import BadMedia
from callscribe.media.events import Event, Refused, to_line
from callscribe.media.pipeline import Request, run
from callscribe.telemetry import logs

_NICE = 10


def main() -> None:
    """Prepare the file that the first argument asks for."""
    # The speech model, which waits for all its threads at every step, goes first; decoding is far ahead of it anyway.
    os.nice(_NICE)
    # If this process crashes, its parent logs what is written here, so that a foreign error's text must not be.
    logs.setup("ERROR", "text")
    threading.Thread(target=_die_with_parent, daemon=True).start()
    fields = json.loads(sys.argv[1])
    request = Request(**{**fields, "source": Path(fields["source"]), "folder": Path(fields["folder"])})
    try:
        for event in run(request):
            _tell(event)
    except BadMedia as error:
        _tell(Refused(str(error)))


def _die_with_parent() -> None:
    # The parent never writes: the pipe ends when the parent does, however that comes about.
    os.read(0, 1)
    os._exit(1)


def _tell(event: Event) -> None:
    sys.stdout.write(to_line(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
