"""Word (Office Open XML)."""

import io
import re
from datetime import UTC
from typing import TYPE_CHECKING

from callscribe.errors import ConfigError
from callscribe.export import reading
from callscribe.export.call import Call, Options
from callscribe.export.reading import Line

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_PROPERTY = 255
_LOCALES = {"ru": "ru-RU", "en": "en-US"}


def write(call: Call, options: Options) -> bytes:
    """Title, facts, summary and transcript. Raises `ConfigError` if python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as exc:
        raise ConfigError("Word files need a part that is not installed; run `pip install 'callscribe[api]'`.") from exc
    document = Document()
    _describe(document, call)
    _fill(document, call, options)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: "Document", call: Call) -> None:
    from docx.oxml.ns import qn

    properties = document.core_properties
    properties.title = _xml(call.title)[:_LONGEST_PROPERTY]
    properties.author = "CallScribe"
    properties.comments = ""  # the template's own
    if call.called_at is not None:
        properties.created = properties.modified = call.called_at.astimezone(UTC)
    locale = _LOCALES.get(call.transcript.language or "")
    if locale:
        properties.language = locale
        # Else Word would check the spelling of Russian as if it were English, and underline every word.
        for language in document.styles.element.xpath("w:docDefaults//w:lang"):
            language.set(qn("w:val"), locale)


def _fill(document: "Document", call: Call, options: Options) -> None:
    document.add_heading(_xml(reading.one_line(call.title)), 0)
    for name, value in reading.facts(call, options):
        _add(document.add_paragraph(style="No Spacing"), Line(value, speaker=name))
    paragraphs = reading.summary(call, options)
    if paragraphs:
        document.add_heading(reading.heading(call, "summary"), 1)
    for text in paragraphs:
        document.add_paragraph(_xml(text))
    for heading, lines in (*reading.insights(call, options), *reading.chapters(call, options)):
        document.add_heading(heading, 1)
        for line in lines:
            _add(document.add_paragraph(style="List Bullet"), line)
    lines = reading.transcript(call, options)
    if lines:
        document.add_heading(reading.heading(call, "transcript"), 1)
    # Backwards: what is added at the end costs a look at all that is there, which long calls would feel.
    paragraph: Paragraph | None = None
    for line in reversed(lines):
        paragraph = paragraph.insert_paragraph_before() if paragraph else document.add_paragraph()
        _add(paragraph, line)


def _add(paragraph: "Paragraph", line: Line) -> None:
    from docx.shared import RGBColor

    if line.time:
        paragraph.add_run(f"{line.time} ").font.color.rgb = RGBColor(0x80, 0x80, 0x80)
    if line.speaker:
        paragraph.add_run(f"{_xml(line.speaker)}: ").bold = True
    paragraph.add_run(_xml(line.text))


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
