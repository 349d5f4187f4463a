"""Which files are taken, without anything that reads them."""

from collections.abc import Mapping

#: FFmpeg's demuxers that read one file of sound or video and never follow a reference to another, with the endings of
#: names that their files usually have. An ending is for choosing files; what a file is, its content decides.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "mp3": ("mp3",),
    "wav": ("wav",),
    "ogg": ("ogg", "oga", "opus"),
    "m4a": ("m4a", "m4b"),
    "flac": ("flac",),
    "amr": ("amr",),
    "asf": ("wma", "wmv", "asf"),
    "mp4": ("mp4", "m4v"),
    "matroska": ("mkv", "mka"),
    "webm": ("webm", "weba"),
    "mov": ("mov",),
    "aac": ("aac",),
    "aiff": ("aiff", "aif"),
    "au": ("au",),
    "caf": ("caf",),
    "w64": ("w64",),
    "3gp": ("3gp",),
    "3g2": ("3g2",),
    "mj2": (),
    "avi": ("avi",),
    "flv": ("flv",),
    "mpegts": ("ts", "mts", "m2ts"),
    "mpeg": ("mpg", "mpeg"),
}


def extensions() -> list[str]:
    """Endings without the dot, the usual ones first."""
    return [ending for endings in ENDINGS.values() for ending in endings]
