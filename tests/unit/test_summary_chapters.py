"""Chapters of calls that are made of a few topics, and of calls of any kind."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

import pytest

from callscribe.models import DEFAULT_BRIEF, Chapter, Segment, Transcript
from callscribe.stages.summarize import summarize
from callscribe.summary.chapters import chapters
from callscribe.summary.extractive import ExtractiveSummarizer
from tests.transcripts import sample, unpunctuated

#: What is said about each topic, under a part of the word that names it.
TALK = {
    "en": {
        "salar": (
            "The salary goes up by three percent in spring.",
            "People ask about their salary and the bonus every week.",
            "Accounting compared each salary with the market.",
            "We cannot pay a higher salary and keep the bonus.",
            "A salary without overtime looks poor.",
            "So the salary depends on the grade?",
            "Overtime is paid together with the salary.",
        ),
        "warehouse": (
            "The warehouse is full of pallets.",
            "Trucks wait in front of the warehouse with their engines on.",
            "A forklift broke down between the shelves.",
            "We rent another warehouse near the airport.",
            "The roof of the warehouse leaks onto the pallets.",
            "Drivers complain about the forklift and the warehouse.",
            "Where do they stand in the warehouse?",
        ),
        "website": (
            "The website is slow on phones.",
            "Visitors of the website leave at the shopping cart.",
            "Designers drew another banner for the website.",
            "The banner and the shopping cart use different fonts.",
            "I open the website and the screen stays blank.",
            "Does the website open in Firefox?",
            "Marketing wants the website in green.",
        ),
    },
    "ru": {
        "зарплат": (
            "Зарплата вырастет весной на три процента.",
            "Сотрудники спрашивают про зарплату и премию каждую неделю.",
            "Бухгалтерия сравнила зарплаты с рынком.",
            "Без сверхурочных зарплата выглядит бедно.",
            "А зарплата зависит от грейда?",
            "Профсоюз требует поднять зарплаты и премии.",
            "Зарплату выплатят до отпуска вместе с премией.",
        ),
        "склад": (
            "Склад переполнен паллетами.",
            "Фуры по часу стоят перед складом.",
            "Погрузчик сломался прямо на складе.",
            "Мы арендуем ещё один склад возле аэропорта.",
            "На складе протекла крыша, паллеты намокли.",
            "Водители жалуются на погрузчик и на склад.",
            "Кладовщик пересчитал паллеты на складе.",
        ),
        "сайт": (
            "Сайт тормозит на телефонах.",
            "Посетители уходят с сайта, когда видят корзину.",
            "Дизайнеры нарисовали баннер для сайта.",
            "Баннер и корзина используют разные шрифты.",
            "Я открываю сайт, а экран пустой.",
            "Сайт открывается в браузере?",
            "Маркетинг хочет сайт зелёного цвета.",
        ),
    },
}
SMALL_TALK = {
    "en": ("Yes, I agree.", "Okay.", "Right, go on, please.", "That is a good question.", "Can you hear me?"),
    "ru": ("Да, согласен.", "Хорошо.", "Так, продолжайте, пожалуйста.", "Хороший вопрос.", "Вы меня слышите?"),
}


def call(language: str, seconds: float, seed: int = 0, topics: Sequence[str] = ()) -> tuple[Segment, ...]:
    """Each topic for so many seconds, a sentence every six, every third of them small talk."""
    random, found = Random(seed), list[Segment]()
    for topic in topics or TALK[language]:
        until = len(found) * 6 + seconds
        while len(found) * 6 < until:
            talk = SMALL_TALK[language] if random.random() < 1 / 3 else TALK[language][topic]
            start = 6.0 * len(found)
            found.append(Segment(start, start + 5, random.choice(talk), (), language))
    return tuple(found)


def lengths(found: Sequence[Chapter], end: float) -> Iterator[float]:
    for one, following in pairwise([*(chapter.start for chapter in found), end]):
        yield following - one


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("minutes", [3, 4, 7])
@pytest.mark.parametrize("language", TALK)
def test_three_topics_are_three_chapters(language: str, minutes: int, seed: int) -> None:
    found = chapters(call(language, minutes * 60, seed))
    assert [chapter.start for chapter in found] == pytest.approx([0, minutes * 60, minutes * 120], abs=24)
    for chapter, topic in zip(found, TALK[language], strict=True):
        assert topic in chapter.title.casefold()
        assert chapter.title[0].isupper()


@pytest.mark.parametrize("language", TALK)
def test_without_punctuation_too(language: str) -> None:
    plain = unpunctuated(Transcript(call(language, 240), language)).segments
    assert [chapter.start for chapter in chapters(plain)] == pytest.approx([0, 240, 480], abs=24)


def test_a_topic_that_comes_back_has_another_title() -> None:
    found = chapters(call("en", 240, topics=("salar", "warehouse", "salar")))
    assert len(found) == len({chapter.title for chapter in found}) == 3


def test_a_short_call_has_none() -> None:
    assert chapters(call("en", 75)) == ()
    assert chapters(sample("release-call-en").segments) == chapters(()) == ()


@pytest.mark.parametrize("language", TALK)
@pytest.mark.parametrize("seed", range(4))
def test_chapters_of_one_topic_are_neither_short_nor_long(language: str, seed: int) -> None:
    (topic, *_) = TALK[language]
    assert len(chapters(call(language, 480, seed, [topic]))) <= 2
    found = chapters(call(language, 2400, seed, [topic]))
    assert min(lengths(found, 2400)) >= 120
    assert max(lengths(found, 2400)) <= 606


def test_there_are_never_too_many() -> None:
    topics = list(TALK["en"]) * 100
    found = chapters(call("en", 120, topics=topics))
    assert len(found) == 40
    assert min(lengths(found, 36_000)) >= 360


def test_where_nothing_is_named_the_title_is_said_there() -> None:
    """Nor are there words by which to cut."""
    texts = ["Well, then let us go on with this, as we did it the last time."] + ["Yes.", "No.", "Okay."] * 60
    segments = [Segment(6.0 * i, 6.0 * i + 5, text, (), "en") for i, text in enumerate(texts)]
    assert [chapter.title for chapter in chapters(segments)] == ["Well, then let us go on with …", "Okay."]
    assert [chapter.start for chapter in chapters(segments)] == pytest.approx([0, 540], abs=6)


def test_takes_any_text() -> None:
    chars, dice = "аяёЁ aZ'’-.,!?0€\u0301\u200d𝔘\n", Random(4)
    for _ in range(30):
        times = sorted(dice.uniform(0, 4000) for _ in range(60))
        lines = ["".join(dice.choices(chars, k=60)) for _ in times]
        segments = [Segment(time, time + 30, text, (), "ru") for time, text in zip(times, lines, strict=True)]
        found = chapters(segments)
        assert [chapter.start for chapter in found] == sorted({chapter.start for chapter in found})
        assert all(chapter.title.strip() for chapter in found)


def test_a_summary_has_them() -> None:
    transcript = Transcript(call("en", 240), "en")
    summary = summarize(transcript, lambda _: None, DEFAULT_BRIEF, llm=None, extractive=ExtractiveSummarizer())
    assert summary.chapters == chapters(transcript.segments) != ()
