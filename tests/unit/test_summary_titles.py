import pytest

from callscribe.summary.titles import title


@pytest.mark.parametrize(
    ("topics", "text", "wanted"),
    [
        (["release plan", "budget"], "The release plan and the budget.", "Release plan, budget"),
        (["whitby road", "rooms"], "We start at Whitby Road with the rooms.", "Whitby Road, rooms"),
        (["сорок", "приёмка"], "У нас сорок коробок и приёмка.", "Приёмка"),
        (["a b c", "d e f", "g h i"], "", "A b c, d e f"),
    ],
)
def test_a_title_names_the_topics_as_they_are_written(topics: list[str], text: str, wanted: str) -> None:
    assert title(topics, text, "") == wanted


def test_without_topics_it_is_how_the_summary_begins() -> None:
    assert title([], "", "The server of the shop in Berlin will be moved on Friday.") == (
        "The server of the shop in Berlin"
    )


def test_where_nothing_is_said_there_is_none() -> None:
    assert title([], "", "") is None


def test_a_title_is_short_whatever_is_heard() -> None:
    assert len(title(["a" * 1000], "", "") or "") == 100
