"""Prepare: an uploaded file becomes windows of audio in the media store, and a copy a browser can play."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from callscribe.media.events import Cut, Prepared, Probed, Progress
from callscribe.media.process import prepare as cut_into_windows
from callscribe.models import Notice, Window
from callscribe.ports import MediaStore


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """A window whose audio is in the media store."""

    window: Window
    audio_key: str
    #: How loud it is, a byte for each tenth of a second.
    peaks: bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """All windows are stored; `playback_key` names what a browser can play."""

    duration: float
    playback_key: str
    notices: tuple[Notice, ...]


def prepare(
    store: MediaStore,
    media_key: str,
    folder: str,
    scratch: Path,
    *,
    window_s: float,
    window_max_s: float,
    first_index: int = 0,
    resume_at: float = 0.0,
) -> Generator[Probed | Progress | StoredWindow | Finished]:
    """Yield what becomes known, window by window as they are stored in `folder`, the last one being `Finished`.

    `first_index`, `resume_at` (seconds) go on where an earlier attempt stopped. Raises `BadMedia`, `StageFailed`.
    """
    with store.local(media_key) as source:
        events = cut_into_windows(
            source, scratch, window_s=window_s, window_max_s=window_max_s, resume_at=resume_at, first_index=first_index
        )
        with closing(events):
            for event in events:
                match event:
                    case Cut(window, audio, peaks):
                        key = _moved(store, audio, f"{folder}/windows/{window.index:04d}.flac")
                        yield StoredWindow(window, key, peaks)
                    case Prepared(duration, None, notices):
                        yield Finished(duration, media_key, notices)
                    case Prepared(duration, Path() as playback, notices):
                        key = _moved(store, playback, f"{folder}/playback{playback.suffix}")
                        yield Finished(duration, key, notices)
                    case Probed() | Progress():
                        yield event


def _moved(store: MediaStore, file: Path, key: str) -> str:
    store.put(key, file)
    file.unlink()
    return key
