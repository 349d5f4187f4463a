"""What in a model's text is a reason for doubt."""

import pytest

from callscribe.asr import guards
from callscribe.asr.recognizer import Heard
from callscribe.models import Word


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(i / 2, i / 2 + 0.4, word, 0.9) for i, word in enumerate(text.split()))


def kept(text: str) -> str:
    return " ".join(word.text for word in guards.cut_loops(words(text)).kept)


@pytest.mark.parametrize(
    "text",
    [
        "Продолжение следует...",
        "Субтитры сделал DimaTorzok",
        "Субтитры создавал DimaTorzok",
        "Субтитры подготовил",
        "Редактор субтитров А.Семкин Корректор А.Егорова",
        "Спасибо за просмотр!",
        "Подписывайтесь на канал!",
        "Не забудьте подписаться на канал",
        "Ставьте лайки",
        "До новых встреч!",
        "ДИНАМИЧНАЯ МУЗЫКА",
        "[Музыка]",
        "Thanks for watching!",
        "Thank you for watching.",
        "Thank you so much for watching! Please subscribe!",
        "Don't forget to subscribe",
        "Subtitles by the Amara.org community",
        "Subtitles by",
        "♪ Music ♪",
        "Bye. Bye-bye.",
        "you",
    ],
)
def test_phrases_of_silence(text: str) -> None:
    assert guards.phrase_of_silence(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "Спасибо за просмотр отчёта, я пришлю замечания",
        "Продолжение работ на следующей неделе",
        "Музыка на удержании слишком громкая",
        "Канал связи обрывается",
        "Thanks for the report.",
        "Thank you, Mark, I will send it.",
        "You said Friday.",
        "Subtitles are missing in the video",
        "We watched the demo",
        "",
    ],
)
def test_what_people_say_is_no_phrase_of_silence(text: str) -> None:
    assert not guards.phrase_of_silence(words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Yes. Yes, yes, yes. Good.", "Yes. Yes, yes, yes. Good."),
        ("so " + "Да, " * 30 + "и всё", "so Да, Да, и всё"),
        ("I know, I know, I know. Fine.", "I know, I know, I know. Fine."),
        ("I know, " * 12 + "fine", "I know, I know, fine"),
        ("well " + "we move the release. " * 4, "well we move the release. we move the release."),
        ("1 2 3 4 5 6 7 8 9 10 11 12", "1 2 3 4 5 6 7 8 9 10 11 12"),
    ],
)
def test_loops_are_cut_to_two_rounds(text: str, expected: str) -> None:
    assert kept(text) == expected


def test_what_is_cut_is_kept_apart() -> None:
    (loop,) = guards.cut_loops(words("Да. " * 20)).loops
    assert len(loop) == 18


def test_two_loops_in_a_row() -> None:
    found = guards.cut_loops(words("a " * 20 + "b " * 20))
    assert [word.text for word in found.kept] == ["a", "a", "b", "b"]
    assert [len(loop) for loop in found.loops] == [18, 18]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (Heard(()), False),
        (Heard((), -5.0, 0.99), False),
        (Heard(words("We move the release to Friday."), -0.2), False),
        (Heard(words("We move the release to Friday."), -1.4), True),
        (Heard(words("We move the release to Friday."), None), False),
        (Heard(words("the customers of the company of " * 12), -0.1), True),
    ],
)
def test_doubt(heard: Heard, expected: bool) -> None:
    assert guards.doubtful(heard) is expected
