import html
import io
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import srt  # type: ignore[import-untyped]
import webvtt

from callscribe.export import Form, export
from callscribe.export.call import ALL, Call, Options
from callscribe.export.clock import clock, timestamp
from callscribe.export.cues import LINE_LENGTH, LINES, cues
from callscribe.models import Chapter, Insight, InsightKind, Participant, Segment, Summary, Transcript, Word

EMPTY = Transcript((), None)
LONG_RU = (
    "Мы закончили интеграцию с базой данных и исправили ошибку входа, но два теста на странице оплаты пока не "
    "проходят, поэтому я предлагаю перенести релиз на пятницу."
)
SUMMARY = Summary(
    "Релиз перенесён.\n\nНужен сервер.",
    (
        Insight(
            InsightKind.ACTION_ITEM,
            "Исправить\nтесты",
            (0,),
            "я исправлю",
            3723.9,
            3725,
            "Иван",
            due="к среде",
            due_date=date(2026, 11, 25),
            done=True,
        ),
        Insight(InsightKind.DECISION, "Релиз в пятницу", (0,), "в пятницу", 61, 62),
    ),
    (Participant("Иван", 12.34567, ("я исправлю",), 0.25, 3),),
    "extractive",
    chapters=(Chapter(0, "Тесты"), Chapter(3661.23456, "Релиз")),
    title="Перенос релиза",
)


def said(start: float, end: float, text: str, speaker: str | None = None, timed: bool = True) -> Segment:
    """A segment whose words, if `timed`, are all equally long."""
    texts = text.split() if timed else []
    step = (end - start) / max(1, len(texts))
    words = tuple(Word(start + i * step, start + (i + 1) * step, word, 0.9) for i, word in enumerate(texts))
    return Segment(start, end, text, words, "ru", speaker)


def call(*segments: Segment, language: str | None = "ru") -> Transcript:
    return Transcript(segments, language)


def text(form: Form, transcript: Transcript, summary: Summary | None = None, options: Options = ALL) -> str:
    """A file of a call with this transcript."""
    title, called_at = "Планёрка", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    return export(Call(title, called_at, 62.76294, transcript, summary), form, options).decode()


CALLS = {
    "short": call(said(0.5, 2, "Добрый день, коллеги.", "Елена"), said(2.5, 4, "Начнём.", "Иван")),
    "no speaker": call(said(0.5, 2, "Good morning.")),
    "long": call(said(1, 21, LONG_RU, "Сергей")),
    "long without words": call(said(1, 21, LONG_RU, "Сергей", timed=False)),
    "words of another text": call(Segment(1, 9, LONG_RU, (Word(1, 2, "иной", 0.5),), "ru", "Сергей")),
    "one endless word": call(said(0, 4, "а" * 200, "Иван"), said(4, 5, "Да.")),
    "long name": call(said(0, 9, LONG_RU, "Константин Константинович Константинопольский из отдела продаж")),
    "at the same time": call(said(1, 9, LONG_RU, "Анна"), said(1, 9, LONG_RU, "Марк"), said(3, 4, "Yes.", "Анна")),
    "no time at all": call(said(5, 5, LONG_RU), said(5, 5, "Да."), said(5.0001, 5.0002, "Нет.")),
    "four days": call(said(360_000.5, 360_002, "Ещё здесь?", "Иван"), said(360_003, 360_004, "Да.", "Анна")),
    "markup": call(said(0, 2, "if a < b && b > c <i>x</i> --> y", "R&D <v> -->"), said(3, 4, "---> &amp;", "A\n\nB")),
    "blank lines": call(said(0, 2, "One.\n\nTwo.\r\n\u2028Three.", "Anna"), said(2, 3, " \n ")),
    "number": call(said(0, 2, "42"), said(3, 4, "00:00:03,000")),
}

each_call = pytest.mark.parametrize("transcript", CALLS.values(), ids=CALLS)


@each_call
@pytest.mark.parametrize("named", [True, False])
def test_cues_fit_the_screen_and_never_overlap(transcript: Transcript, named: bool) -> None:
    found = cues(transcript, named=named)
    assert found
    for cue in found:
        lines = cue.text.split("\n")
        assert cue.start < cue.end
        assert len(lines) <= LINES
        assert all(line.strip() and len(line) <= LINE_LENGTH and "-->" not in line for line in lines)
    assert all(one.end <= following.start for one, following in pairwise(found))


@each_call
def test_cues_keep_every_character_of_the_text(transcript: Transcript) -> None:
    shown = "".join(cue.text for cue in cues(transcript, named=False))
    spoken = transcript.text.replace("-->", "→")
    assert sorted("".join(shown.split())) == sorted("".join(spoken.split()))


@each_call
def test_a_foreign_parser_reads_our_srt(transcript: Transcript) -> None:
    captions = webvtt.from_buffer(io.StringIO(text("srt", transcript, SUMMARY)), format="srt").captions
    assert [(c.start_time.in_milliseconds(), c.end_time.in_milliseconds(), c.raw_text) for c in captions] == [
        (cue.start, cue.end, cue.text) for cue in cues(transcript, named=True)
    ]


@each_call
def test_another_foreign_parser_reads_our_srt(transcript: Transcript) -> None:
    found = list(srt.parse(text("srt", transcript)))  # strict: refuses what is not a cue
    assert [(one.index, one.start, one.end, one.content) for one in found] == [
        (number, timedelta(milliseconds=cue.start), timedelta(milliseconds=cue.end), cue.text)
        for number, cue in enumerate(cues(transcript, named=True), 1)
    ]


@each_call
def test_a_strict_foreign_parser_reads_our_vtt(transcript: Transcript) -> None:
    captions = webvtt.from_string(text("vtt", transcript, SUMMARY), strict=True).captions
    expected = cues(transcript, named=False)
    assert [(c.start_time.in_milliseconds(), c.end_time.in_milliseconds()) for c in captions] == [
        (cue.start, cue.end) for cue in expected
    ]
    assert [html.unescape(c.text) for c in captions] == [cue.text for cue in expected]
    assert [html.unescape(c.voice) if c.voice else None for c in captions] == [cue.speaker for cue in expected]


def test_a_long_segment_is_cut_where_its_words_are() -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] * 3
    segment = said(10, 40, " ".join(words))
    first, second = cues(call(segment), named=False)
    count = len(first.text.split())
    assert (first.start, first.end) == (10_000, 10_000 + count * 1000)
    assert (second.start, second.end) == (10_000 + count * 1000, 40_000)
    assert f"{first.text}\n{second.text}".split() == words


def test_text_without_word_times_is_shared_out_by_length() -> None:
    found = cues(call(said(0, 10, f"{'а' * 40} {'б' * 40} {'в' * 20}", timed=False)), named=False)
    assert [(cue.start, cue.end) for cue in found] == [(0, 8000), (8000, 10_000)]


def test_a_cue_gives_way_to_the_next_speaker() -> None:
    found = cues(call(said(1, 6, "Я говорю долго.", "Анна"), said(3, 4, "Да.", "Марк")), named=False)
    assert [(cue.start, cue.end, cue.speaker) for cue in found] == [(1000, 3000, "Анна"), (3000, 4000, "Марк")]


def test_srt_to_the_letter() -> None:
    transcript = call(said(0.5, 2, "Добрый день, коллеги.", "Елена"), said(360_002.5, 360_004, "Начнём."))
    assert text("srt", transcript) == (
        "1\n00:00:00,500 --> 00:00:02,000\nЕлена: Добрый день, коллеги.\n"
        "\n2\n100:00:02,500 --> 100:00:04,000\nНачнём.\n"
    )


def test_vtt_to_the_letter() -> None:
    transcript = call(said(0.5, 2, "a < b & c", "R&D"), said(2.5, 4, "Начнём."))
    assert text("vtt", transcript) == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n<v R&amp;D>a &lt; b &amp; c\n"
        "\n00:00:02.500 --> 00:00:04.000\nНачнём.\n"
    )


def test_txt_in_russian_with_a_summary() -> None:
    transcript = call(said(62.9, 64, "Добрый\nдень.", "Елена"), said(360_000, 360_001, "Да."))
    assert text("txt", transcript, SUMMARY) == (
        "Главы\n\n- [00:00:00] Тесты\n- [01:01:01] Релиз\n\n"
        "[00:01:02] Елена: Добрый день.\n[100:00:00] Да.\n\n"
        "Краткое содержание\n\nРелиз перенесён.\n\nНужен сервер.\n\n"
        "Решения\n\n- [00:01:01] Релиз в пятницу\n\n"
        "Задачи\n\n- [01:02:03] Иван: Исправить тесты (к среде, 2026-11-25)\n"
    )


def test_txt_headings_are_english_for_every_other_language() -> None:
    insights = tuple(Insight(kind, kind.value, (0,), "Hi.", 0, 1) for kind in InsightKind)
    written = text("txt", call(said(0, 1, "Hi."), language="en"), Summary("Short.", insights, (), "extractive"))
    assert written.splitlines()[2::4] == ["Summary", "Key points", "Decisions", "Action items", "Open questions"]


def test_json_has_the_fields_of_the_api() -> None:
    word = Word(0.12345, 0.98765, "Привет!", 0.87654)
    transcript = call(Segment(0.12345, 0.98765, "Привет!", (word,), "ru", "Елена"))
    written = text("json", transcript, SUMMARY)
    assert text("json", transcript, SUMMARY, Options(times=False, speakers=False, summary=False)) == written
    assert "Привет!" in written
    assert json.loads(written) == {
        "title": "Планёрка",
        "called_at": "2026-11-22T09:30:00+00:00",
        "duration": 62.763,
        "language": "ru",
        "transcription": "Привет!",
        "suggested_title": "Перенос релиза",
        "summary": "Релиз перенесён.\n\nНужен сервер.",
        "key_points": [],
        "decisions": ["Релиз в пятницу"],
        "action_items": ["Исправить\nтесты"],
        "open_questions": [],
        "items": [
            {
                "kind": "action_item",
                "text": "Исправить\nтесты",
                "owner": "Иван",
                "due": "к среде",
                "due_date": "2026-11-25",
                "done": True,
                "quote": "я исправлю",
                "start": 3723.9,
                "end": 3725,
            },
            {
                "kind": "decision",
                "text": "Релиз в пятницу",
                "owner": None,
                "due": None,
                "due_date": None,
                "done": False,
                "quote": "в пятницу",
                "start": 61,
                "end": 62,
            },
        ],
        "participants": [
            {"name": "Иван", "talk_time": 12.346, "share": 0.25, "turns": 3, "statements": ["я исправлю"]}
        ],
        "chapters": [{"start": 0, "title": "Тесты"}, {"start": 3661.235, "title": "Релиз"}],
        "speakers": [{"name": "Елена", "talk_time": 0.864, "segments": 1}],
        "segments": [
            {
                "start": 0.123,
                "end": 0.988,
                "speaker": "Елена",
                "text": "Привет!",
                "language": "ru",
                "words": [{"start": 0.123, "end": 0.988, "text": "Привет!", "probability": 0.877}],
            }
        ],
    }


def test_an_empty_transcript_gives_valid_files() -> None:
    assert text("txt", EMPTY) == ""
    assert text("srt", EMPTY) == ""
    assert text("vtt", EMPTY) == "WEBVTT\n"
    assert webvtt.from_string(text("vtt", EMPTY), strict=True).captions == []
    content = json.loads(text("json", EMPTY))
    assert (content["transcription"], content["summary"], content["segments"]) == ("", None, [])


def test_what_nobody_knows_is_null_in_json() -> None:
    content = json.loads(export(Call("a", None, None, EMPTY, None), "json"))
    assert (content["called_at"], content["duration"], content["language"]) == (None, None, None)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00:00"), (59, "00:00:59"), (3600, "01:00:00"), (359_999, "99:59:59")]
)
def test_clock(seconds: int, text: str) -> None:
    assert clock(seconds) == text
    assert timestamp(seconds * 1000 + 7, ",") == f"{text},007"
