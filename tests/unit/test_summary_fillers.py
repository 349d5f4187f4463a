import pytest

from callscribe.summary.fillers import clean


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("You're, um, you're a bit quiet on our side.", "You're a bit quiet on our side."),
        ("So, um, I thought we'd take fifteen minutes.", "I thought we'd take fifteen minutes."),
        ("It's, like, two thousand a month.", "It's two thousand a month."),
        ("Okay, so, the disk was, you know, full.", "the disk was full."),
        ("I was, um, I was in the shower, and then on the bicycle.", "I was in the shower, and then on the bicycle."),
        ("The fix is up, so, um, Aisha, could you review it?", "The fix is up, so Aisha, could you review it?"),
        ("Tom, um, could you check it?", "Tom, could you check it?"),
        ("Он, в общем, падает на файлах.", "Он падает на файлах."),
        ("Ну, э-э, смотрите, я позвонила.", "я позвонила."),
        ("Значит, в демо ставим, как бы, выдуманные товары.", "в демо ставим выдуманные товары."),
        ("Так, короче, всё готово.", "всё готово."),
    ],
)
def test_fillers_and_words_said_twice_are_left_out(said: str, shown: str) -> None:
    assert clean(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "I like the second option.",
        "You know the customer.",
        "So far nobody has complained.",
        "Well done.",
        "The code is eight, eight, zero.",
        "Это значит много для клиентов.",
        "Так нельзя.",
        "Как бы не забыть про договор.",
        "Пять, пять, ноль.",
        "Эмма позвонит завтра.",
    ],
)
def test_what_means_something_stays(said: str) -> None:
    assert clean(said) == said


@pytest.mark.parametrize("said", ["Um.", "So, well.", "Ну вот.", "", "…"])
def test_where_nothing_else_is_said_something_stays(said: str) -> None:
    assert bool(clean(said)) == bool(said)


def test_a_long_word_and_a_long_row_of_commas_take_no_time() -> None:
    assert len(clean("a" * 100_000 + "," * 100_000 + " end.")) > 100_000
