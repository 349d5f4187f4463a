import pytest

from callscribe.models import Insight, InsightKind, Segment
from callscribe.summary.owners import Owners
from callscribe.summary.people import People
from callscribe.summary.text import sentences


def owners(*lines: str) -> Owners:
    """Of a call in which each line is `Speaker: sentence`."""
    segments = []
    for number, line in enumerate(lines):
        speaker, text = line.split(": ")
        segments.append(Segment(5.0 * number, 5.0 * number + 4, text, (), "en", speaker or None))
    return Owners(sentences(segments))


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        (["Anna: I'll send the report."], "Anna"),
        (["Anna: That one is mine."], "Anna"),
        (["Анна: Отчёт беру на себя."], "Анна"),
        (["Анна: Отчёт на мне."], "Анна"),
        (["Anna: Tom, could you check the logs?", "Mark: Hm."], "Tom"),
        (["Anna: Could you check the logs, Mark?", "Tom: Hm.", "Mark: Sure."], "Mark"),
        (["Анна: Иван, подготовь договор."], "Иван"),
        (["Анна: Лен, проверь договор.", "Пётр: Ага.", "Елена: Да."], "Елена"),
        (["Анна: Памятка на тебе, Марк.", "Марк: Да."], "Марк"),
        (["Anna: Tom will check the logs."], "Tom"),
        (["Anna: Rashid has to send the plans."], "Rashid"),
        (["Анна: Мария подготовит договор."], "Мария"),
        (["Anna: They'll get the plans from me today."], "Anna"),
        (["Anna: Shall I book the room?", "Mark: Please."], "Anna"),
        (["Анна: Попрошу Ивана отправить письмо."], "Иван"),
        (["Спикер 1: Лёша подготовит договор.", "Спикер 2: Да."], "Лёша"),
        (["Anna: Can you send me the plans?", "Mark: Hm."], "Mark"),
        (["Anna: Can you send me the plans?", "Mark: Sure.", "Tom: Hm."], "Mark"),
        (["Anna: Can you send me the plans?", "Mark: Why?", "Tom: Hm."], None),
        (["Анна: Подготовьте, пожалуйста, отчёт.", "Пётр: Хорошо.", "Иван: Да."], "Пётр"),
        (["Anna: We'll send you the offer tomorrow.", "Mark: Fine."], "Anna"),
        (["Anna: We'll send them the offer tomorrow.", "Mark: Fine.", "Tom: Fine."], None),
        (["Anna: The price list needs to be added.", "Mark: Fine."], None),
        ([": I'll send the report."], None),
        (["Anna: The server is old."], None),
    ],
)
def test_finds_who_is_to_do_it(lines: list[str], owner: str | None) -> None:
    assert owners(*lines).owner([0]) == owner


def test_somebody_may_be_named_in_the_sentence_before() -> None:
    assert owners("Анна: Марк, ты здесь?", "Анна: Подготовь договор.").owner([1]) == "Марк"


def test_an_item_is_owned_by_what_its_quote_says() -> None:
    call = owners("Anna: I'll send the report. Tom will check the logs.", "Mark: Good.")
    item = Insight(InsightKind.ACTION_ITEM, "Check the logs.", (0,), "Tom will check the logs.", 0, 4)
    assert call.of(item) == "Tom"


@pytest.mark.parametrize(
    ("said", "speaker"),
    [
        ("Елене", "Елена"),
        ("Лене", "Елена"),
        ("Лен", "Елена"),
        ("Ивану", "Иван Петров"),
        ("Ваня", "Иван Петров"),
        ("Павлом", "Павел"),
        ("Gwen", "Gwen"),
        ("Bob", "Robert"),
        ("Марии", "Мария"),
        ("иван", "Иван Петров"),
    ],
)
def test_speakers_are_known_in_any_case_and_short(said: str, speaker: str) -> None:
    assert People(["Елена", "Иван Петров", "Павел", "Gwen", "Robert", "Мария"]).named(said) == speaker


@pytest.mark.parametrize("word", ["сервер", "Сервер", "вера", "Wall", "Иваново", ""])
def test_other_words_name_nobody(word: str) -> None:
    assert People(["Анна"]).named(word) is None


def test_a_short_name_of_two_speakers_is_neither_of_them() -> None:
    assert People(["Александр", "Александра"]).named("Саше") == "Саша"


def test_speakers_by_number_are_no_names() -> None:
    assert People(["Speaker 1", "Speaker 2"]).named("Speaker") is None


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Марк, проверь логи.", "Марк"),
        ("Так, Марк, проверь логи.", "Марк"),
        ("Проверь логи, Марк.", "Марк"),
        ("марк проверь логи", "Марк"),
        ("Марк проверит логи.", None),
        ("Это сделал Марк.", None),
        ("Марк.", None),
    ],
)
def test_knows_who_is_spoken_to(text: str, called: str | None) -> None:
    assert People(["Марк", "Анна"]).called(text) == called
