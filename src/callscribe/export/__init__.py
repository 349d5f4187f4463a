"""A call as a file: one small writer a format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from callscribe.export import csv_file, docx_file, json_file, md, srt, txt, vtt
from callscribe.export.call import ALL, Call, Options

#: Turns a call into the content of a file; text is to be stored as UTF-8.
Writer = Callable[[Call, Options], str | bytes]

#: The formats by their usual file name extensions.
Form = Literal["txt", "md", "srt", "vtt", "json", "docx", "csv"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written, and its name on the Internet."""

    write: Writer
    media_type: str


FORMATS: Mapping[Form, Format] = {
    "txt": Format(txt.write, "text/plain; charset=utf-8"),
    "md": Format(md.write, "text/markdown; charset=utf-8"),
    "srt": Format(srt.write, "application/x-subrip; charset=utf-8"),
    "vtt": Format(vtt.write, "text/vtt; charset=utf-8"),
    "json": Format(json_file.write, "application/json"),
    "docx": Format(docx_file.write, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "csv": Format(csv_file.write, "text/csv; charset=utf-8"),
}


def export(call: Call, form: Form, options: Options = ALL) -> bytes:
    """The content of a file in this format."""
    content = FORMATS[form].write(call, options)
    return content.encode() if isinstance(content, str) else content
