import pytest

from callscribe.models import InsightKind, Segment, Word
from callscribe.summary.answers import Item
from callscribe.summary.grounding import Source, ground
from tests.transcripts import said, sample

CALL = said(
    "Good morning, Mark.",
    "We decided to move the release to Friday.",
    "Yes.",
    "Я отправлю отчёт завтра — обещаю.",
    "The price is two hundred",
    "euros a month.",
)


@pytest.mark.parametrize(
    ("quote", "cited", "segments", "verbatim"),
    [
        ("we decided to move the release to friday", [1], (1,), "We decided to move the release to Friday."),
        ("decided to move the release", [1], (1,), "decided to move the release"),
        ("We decided moving the release to Friday", [1], (1,), "We decided to move the release to Friday."),
        ("We decided to move the release", [4], (1,), "We decided to move the release"),
        ("We decided to move the release", [], (1,), "We decided to move the release"),
        ("We decided to move the release", [99, -3], (1,), "We decided to move the release"),
        ("«я отправлю отчет завтра, обещаю»", [3], (3,), "Я отправлю отчёт завтра — обещаю."),
        ("price is two hundred euros", [4, 5], (4, 5), "price is two hundred euros"),
        ("price is two hundred euros", [4], (4, 5), "price is two hundred euros"),
        ("yes", [2], (2,), "Yes."),
    ],
)
def test_finds_a_quote(quote: str, cited: list[int], segments: tuple[int, ...], verbatim: str) -> None:
    found = Source(CALL.segments).find(quote, cited)
    assert found is not None
    assert (found.segments, found.quote) == (segments, verbatim)
    assert (found.start, found.end) == (5.0 * segments[0], 5.0 * segments[-1] + 4)


@pytest.mark.parametrize(
    ("quote", "cited"),
    [
        ("we have closed the deal for good", [1]),
        ("Yes, and the contract is signed by everybody in the room", [2]),
        ("yes", [0]),
        ("", [1]),
        ("—", [1]),
        ("the release was cancelled for good", [1]),
    ],
)
def test_does_not_find_what_was_not_said(quote: str, cited: list[int]) -> None:
    assert Source(CALL.segments).find(quote, cited) is None


def test_of_silence_nothing_is_found() -> None:
    assert Source(()).find("anything at all", [0]) is None


def test_times_are_those_of_the_words() -> None:
    text = "Good. We decided to go."
    words = tuple(Word(i, i + 0.5, part, 1.0) for i, part in enumerate(text.split()))
    found = Source((Segment(0, 9, text, words, "en"),)).find("we decided to go", [0])
    assert found is not None
    assert (found.start, found.end) == (1, 4.5)


def test_every_sentence_of_a_call_is_found_where_it_is() -> None:
    call = sample("planning-call-ru")
    source = Source(call.segments)
    for position, segment in enumerate(call.segments):
        found = source.find(segment.text, [position])
        assert found is not None
        assert (found.quote, found.segments) == (segment.text, (position,))


def claim(text: str, quote: str, *cited: int) -> tuple[InsightKind, Item]:
    return InsightKind.DECISION, Item(text=text, quote=quote, segments=list(cited))


def test_keeps_what_the_call_bears_out_in_its_order() -> None:
    claims = [
        claim("The price is 200 euros.", "The price is two hundred", 4),
        claim("The release moves to Friday.", "We decided to move the release to Friday", 1),
        claim("The deal is closed.", "we have closed the deal", 1),
        claim("Release on Friday.", "we decided to move the release to Friday", 1),
    ]
    insights, dropped = ground(claims, Source(CALL.segments))
    assert [insight.text for insight in insights] == ["The release moves to Friday.", "The price is 200 euros."]
    assert dropped == 1


def test_a_true_quote_does_not_prove_another_claim() -> None:
    insights, dropped = ground(
        [claim("The contract is signed.", "Good morning, Mark", 0)], Source(said("Good morning, Mark.").segments)
    )
    assert (insights, dropped) == ([], 1)


def test_a_claim_in_another_language_rests_on_its_quote() -> None:
    insights, dropped = ground([claim("Релиз перенесён.", "decided to move the release", 1)], Source(CALL.segments))
    assert (len(insights), dropped) == (1, 0)
