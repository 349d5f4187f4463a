"""Markdown, Word and CSV, read back by somebody else's parsers, and what each format leaves out if asked to."""

import csv
import io
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.shared import RGBColor
from markdown_it import MarkdownIt

from callscribe.errors import ConfigError
from callscribe.export import FORMATS, Form, export
from callscribe.export.call import ALL, Call, Options
from callscribe.models import Chapter, Insight, InsightKind, Participant, Segment, Summary, Transcript

MOSCOW = timezone(timedelta(hours=3))
SUMMARY = Summary(
    "Релиз перенесён.\n\nНужен сервер.",
    (Insight(InsightKind.DECISION, "Релиз в пятницу", (0,), "в пятницу", 61, 62),),
    (Participant("Иван", 12.3, ("Начнём.",)),),
    "extractive",
    chapters=(Chapter(0, "Тесты"), Chapter(3661.2, "Релиз")),
)
SEGMENTS = (
    Segment(0.5, 2.25, "Добрый день, «коллеги».", (), "ru", "Елена"),
    Segment(3723.9, 3725, 'Он сказал: "Да, в пятницу"', (), "ru", "Иван"),
    Segment(3726, 3727, "Ok.", (), "en"),
)
CALL = Call("Планёрка", datetime(2026, 11, 23, 1, 30, tzinfo=MOSCOW), 3727.4, Transcript(SEGMENTS, "ru"), SUMMARY)
EMPTY = Call("call.mp3", None, None, Transcript((), None), None)
NOTHING = Options(times=False, speakers=False, summary=False)
#: Each looks like markup, or like something else that it is not, somewhere.
HOSTILE = [
    "# not a heading #",
    "- no list",
    "+ no list",
    "1. no list",
    "123) no list",
    "=== no underline",
    "--- no rule",
    "> no quote",
    "*no* _emphasis_ **at** `all`",
    "<script>alert(1)</script> &lt; &amp; <b>",
    "[no](http://link.example) ![image](x) [ref]: x",
    "a | b \\ c ~~no~~ \\* \\",
    "```no code",
    "    no code",
    "]]> --> <!-- no comment",
    '=HYPERLINK("http://x.example")',
    "bell\x07, escape\x1b, nobody's \ufffe, vertical\x0btab",
    "emoji 👍🏽, combining e\u0301, עברית",
]


def spoken(text: str, *, speaker: str | None = None, title: str = "Планёрка") -> Call:
    return Call(title, None, None, Transcript((Segment(1, 2, text, (), "ru", speaker),), "ru"), None)


def rows(call: Call, options: Options = ALL) -> list[list[str]]:
    text = export(call, "csv", options).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def word(call: Call, options: Options = ALL) -> Opened:
    return Document(io.BytesIO(export(call, "docx", options)))


def shown(document: Opened) -> list[tuple[str, str]]:
    """Style and text of each paragraph."""
    return [(str(one.style and one.style.name), one.text) for one in document.paragraphs]


def inline(markdown: str) -> list[str]:
    """The text that a reader of the Markdown sees, paragraph by paragraph."""
    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    return ["".join(part.content for part in block.children or ()) for block in blocks if block.type == "inline"]


def test_markdown_to_the_letter() -> None:
    assert export(CALL, "md").decode() == (
        "# Планёрка\n\n"
        "- Дата: 2026-11-22 22:30 UTC\n- Длительность: 01:02:07\n- Язык: русский\n- Участники: Елена, Иван\n\n"
        "## Краткое содержание\n\nРелиз перенесён.\n\nНужен сервер.\n\n"
        "## Решения\n\n- [00:01:01] Релиз в пятницу\n\n"
        "## Главы\n\n- [00:00:00] Тесты\n- [01:01:01] Релиз\n\n"
        "## Расшифровка\n\n[00:00:00] **Елена:** Добрый день, «коллеги».\n\n"
        '[01:02:03] **Иван:** Он сказал: "Да, в пятницу"\n\n[01:02:06] Ok.\n'
    )


def test_markdown_of_a_call_of_which_nothing_is_known() -> None:
    assert export(EMPTY, "md").decode() == "# call.mp3\n"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("options", [ALL, NOTHING], ids=["all", "bare"])
def test_in_markdown_speech_stays_speech(text: str, options: Options) -> None:
    seen = inline(export(spoken(text, speaker=text, title=text), "md", options).decode())
    plain = " ".join(text.split())
    assert seen[0] == plain
    assert seen[-1] == (f"[00:00:01] {plain}: {plain}" if options.speakers else plain)


def test_word_read_back() -> None:
    document = word(CALL)
    assert shown(document) == [
        ("Title", "Планёрка"),
        ("No Spacing", "Дата: 2026-11-22 22:30 UTC"),
        ("No Spacing", "Длительность: 01:02:07"),
        ("No Spacing", "Язык: русский"),
        ("No Spacing", "Участники: Елена, Иван"),
        ("Heading 1", "Краткое содержание"),
        ("Normal", "Релиз перенесён."),
        ("Normal", "Нужен сервер."),
        ("Heading 1", "Решения"),
        ("List Bullet", "00:01:01 Релиз в пятницу"),
        ("Heading 1", "Главы"),
        ("List Bullet", "00:00:00 Тесты"),
        ("List Bullet", "01:01:01 Релиз"),
        ("Heading 1", "Расшифровка"),
        ("Normal", "00:00:00 Елена: Добрый день, «коллеги»."),
        ("Normal", '01:02:03 Иван: Он сказал: "Да, в пятницу"'),
        ("Normal", "01:02:06 Ok."),
    ]
    time, speaker, text = document.paragraphs[-3].runs
    assert (time.text, speaker.text, text.text) == ("00:00:00 ", "Елена: ", "Добрый день, «коллеги».")
    assert (time.font.color.rgb, speaker.bold, text.bold) == (RGBColor(0x80, 0x80, 0x80), True, None)


def test_what_word_says_of_the_file() -> None:
    document = word(CALL)
    properties = document.core_properties
    assert (properties.title, properties.author, properties.comments) == ("Планёрка", "CallScribe", "")
    assert (properties.language, properties.created) == ("ru-RU", datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    (language,) = document.styles.element.xpath("w:docDefaults//w:lang/@w:val")
    assert language == "ru-RU"


def test_word_of_a_call_of_which_nothing_is_known() -> None:
    assert shown(word(EMPTY)) == [("Title", "call.mp3")]


@pytest.mark.parametrize("text", HOSTILE)
def test_word_holds_whatever_is_said(text: str) -> None:
    document = word(spoken(text, speaker=text, title=text * 20))
    plain = " ".join("".join(char for char in text if char not in "\x07\x1b\ufffe").split())
    assert shown(document)[-1] == ("Normal", f"00:00:01 {plain}: {plain}")
    assert len(document.core_properties.title) <= 255


def test_without_python_docx_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(ConfigError, match="pip install"):
        export(CALL, "docx")


def test_csv_to_the_letter() -> None:
    assert (
        export(CALL, "csv")
        == (
            "\ufeffstart,end,speaker,language,text\r\n"
            '00:00:00.500,00:00:02.250,Елена,ru,"Добрый день, «коллеги»."\r\n'
            '01:02:03.900,01:02:05.000,Иван,ru,"Он сказал: ""Да, в пятницу"""\r\n'
            "01:02:06.000,01:02:07.000,,en,Ok.\r\n"
        ).encode()
    )


def test_csv_of_a_call_of_which_nothing_is_known() -> None:
    assert rows(EMPTY) == [["start", "end", "speaker", "language", "text"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_holds_whatever_is_said(text: str) -> None:
    (_, row) = rows(spoken(f"И {text}"))
    assert row[-1] == f"И {text}"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_csv_has_no_formulas(begin: str) -> None:
    text = f'{begin}HYPERLINK("http://x.example")'
    assert rows(spoken(text, speaker=text))[1][2:] == [f"'{text}", "ru", f"'{text}"]


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        (Options(times=False), ["speaker", "language", "text"]),
        (Options(speakers=False), ["start", "end", "language", "text"]),
        (Options(summary=False), ["start", "end", "speaker", "language", "text"]),
    ],
)
def test_csv_has_the_columns_that_are_asked_for(options: Options, columns: list[str]) -> None:
    header, *body = rows(CALL, options)
    assert header == columns
    assert [len(row) for row in body] == [len(columns)] * 3


def said_in(form: Form, options: Options) -> str:
    """All that a reader of the file can see."""
    content = export(CALL, form, options)
    if form == "docx":
        return "\n".join(text for _, text in shown(Document(io.BytesIO(content))))
    return content.decode()


#: What shows that there are times, speakers and a summary, and which formats are to have them, whatever is asked for.
MARKS = {"times": "01:02:03", "speakers": "Елена", "summary": "Нужен сервер"}
ALWAYS = {"json": {"speakers", "summary"}, "srt": {"times"}, "vtt": {"times"}}
NEVER = {"json": {"times"}, "srt": {"summary"}, "vtt": {"summary"}, "csv": {"summary"}}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("asked", [ALL, Options(times=False), Options(speakers=False), Options(summary=False), NOTHING])
def test_each_format_shows_what_is_asked_for(form: Form, asked: Options) -> None:
    seen = said_in(form, asked)
    assert "Добрый день" in seen
    for name, mark in MARKS.items():
        expected = name in ALWAYS.get(form, ()) or (getattr(asked, name) and name not in NEVER.get(form, ()))
        assert (mark in seen) is expected, name
