"""Measures the memory that the API needs for a large upload, and how fast it takes one.

    python -m bench.upload

Neither side ever has the whole file: the client makes it up as it goes.
"""

import argparse
import os
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.table import Row, at_most, show
from tests.service import CALL_EN, Service

_MB = 1_000_000
_MOST_MB = 64.0
_SAMPLE_S = 0.02
_BLOCK = os.urandom(1 << 18)
_BOUNDARY = "a-part-ends-here"
_HEAD = (
    f"--{_BOUNDARY}\r\n"
    'Content-Disposition: form-data; name="file"; filename="call.wav"\r\nContent-Type: audio/wav\r\n\r\n'
).encode()
_TAIL = f"\r\n--{_BOUNDARY}--\r\n".encode()


def wav_header(size: int) -> bytes:
    """Of a WAV file of `size` bytes: 48 kHz, stereo, 16 bit."""
    form = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 2, 48000, 192000, 4, 16)
    return form + struct.pack("<4sI", b"data", size - 44)


def body(size: int) -> Iterator[bytes]:
    """A form whose one file has `size` bytes."""
    yield _HEAD
    header = wav_header(size)
    yield header
    left = size - len(header)
    while left:
        block = _BLOCK[:left]
        yield block
        left -= len(block)
    yield _TAIL


class Memory:
    """What a process needs at most while a `with watched()` lasts, in MB of resident memory."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.at_rest = self.peak = self._now()

    @contextmanager
    def watched(self) -> Iterator[None]:
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,))
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_SAMPLE_S):
            self.peak = max(self.peak, self._now())

    def _now(self) -> float:
        return float(self._process.memory_info().rss / _MB)


def api_process(service: Service) -> psutil.Process:
    children = psutil.Process(service.process.pid).children()
    return next(process for process in children if "api" in process.cmdline())


def upload(service: Service, size: int) -> float:
    """Sends so many bytes and deletes the task; the seconds of the upload."""
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Content-Length": str(len(_HEAD) + size + len(_TAIL)),
    }
    began = time.perf_counter()
    response = service.client.post("/api/v1/transcribe", content=body(size), headers=headers)
    seconds = time.perf_counter() - began
    response.raise_for_status()
    service.client.delete(f"/api/v1/tasks/{response.json()['task_id']}").raise_for_status()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=500)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        Service(Path(name) / "data", MAX_UPLOAD_MB=str(arguments.mb)) as service,
    ):
        service.done(service.upload(CALL_EN))
        memory = Memory(api_process(service))
        peaks, seconds = [], []
        for _ in range(arguments.times):
            memory.peak = 0.0
            with memory.watched():
                seconds.append(upload(service, arguments.mb * _MB))
            peaks.append(memory.peak)
    show(
        f"Upload of {arguments.mb} MB, {arguments.times} times",
        [
            Row("API process after a short call", f"{memory.at_rest:.0f} MB"),
            Row("its peak, upload by upload", ", ".join(f"{peak:.0f}" for peak in peaks) + " MB"),
            at_most("growth", max(peaks) - memory.at_rest, _MOST_MB, " MB"),
            Row("speed, upload by upload", ", ".join(f"{arguments.mb / took:.0f}" for took in seconds) + " MB/s"),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
