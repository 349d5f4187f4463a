"""Measures how fast and with how much memory a long call is prepared.

    python -m bench.prepare --hours 10

The file repeats the sample calls with silences between them, as M4A; a few minutes are encoded, and their packets are
written again and again with new time stamps. `--copy` puts the same into MKV, which also needs a playback copy.
"""

import argparse
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from callscribe.media.events import Cut, Prepared
from callscribe.media.process import prepare
from tests.media_files import CALL_EN, CALL_RU, encode, speech, write_wav

_RATE = 16000
#: Bounds: megabytes of the child, and call seconds per CPU second.
_MOST_MB, _LEAST_SPEED = 300, 100


def make_call(folder: Path, hours: float, suffix: str) -> Path:
    pauses = np.zeros(2 * _RATE, np.int16), np.zeros(20 * _RATE, np.int16)
    mono = np.concatenate([speech(CALL_EN), pauses[0], speech(CALL_RU), pauses[1]])
    part = encode(write_wav(folder / "part.wav", mono), folder / "part.m4a", "aac", channels=2, bit_rate=64000)
    path = folder / f"call{suffix}"
    with av.open(str(part)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        packets = [bytes(packet) for packet in source.demux(source.streams.audio[0]) if packet.size]
        for number in range(int(hours * 3600 * _RATE / 1024)):
            packet = av.Packet(packets[number % len(packets)])
            packet.stream, packet.time_base = stream, Fraction(1, _RATE)
            packet.pts = packet.dts = number * 1024
            packet.duration = 1024
            target.mux(packet)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10.0)
    parser.add_argument("--copy", action="store_true", help="use a format that needs a playback copy")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        call = make_call(Path(name), arguments.hours, ".mkv" if arguments.copy else ".m4a")
        size = call.stat().st_size / 1e6
        began, windows, first, duration = time.perf_counter(), 0, 0.0, 0.0
        for event in prepare(call, Path(name), window_s=300, window_max_s=600):
            if isinstance(event, Cut):
                first = first or time.perf_counter() - began
                windows += 1
                event.audio.unlink()
            if isinstance(event, Prepared):
                duration = event.duration
        wall = time.perf_counter() - began
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, child_mb = child.ru_utime + child.ru_stime, child.ru_maxrss / 1000
    parent_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{'call':26} {duration / 3600:8.2f} h, {size:.0f} MB, {windows} windows")
    print(f"{'first window after':26} {first:8.2f} s")
    print(f"{'wall time':26} {wall:8.1f} s")
    print(f"{'CPU time of the child':26} {cpu:8.1f} s")
    print(f"{'times real time per core':26} {duration / cpu:8.0f}   (at least {_LEAST_SPEED})")
    print(f"{'peak RSS of the child':26} {child_mb:8.0f} MB (at most {_MOST_MB})")
    print(f"{'peak RSS of the parent':26} {parent_mb:8.0f} MB")
    return 0 if child_mb <= _MOST_MB and duration / cpu >= _LEAST_SPEED else 1


if __name__ == "__main__":
    sys.exit(main())
