"""A transcript as a file: one small writer a format."""

from collections.abc import Callable, Mapping

from callscribe.export import json_file, srt, txt, vtt
from callscribe.models import Summary, Transcript

#: Turns a call's transcript and, where there is one, its summary into the text of a file.
Writer = Callable[[Transcript, Summary | None], str]

#: Writers by the file name extension of their format.
FORMATS: Mapping[str, Writer] = {"txt": txt.write, "srt": srt.write, "vtt": vtt.write, "json": json_file.write}
