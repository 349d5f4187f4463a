"""The search page, over an API that is made up."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from callscribe.api.schemas.search import FoundOut, MatchOut, SearchPage
from callscribe.client import CallScribe
from callscribe.models import CallStatus, PassageKind
from callscribe.ui import app, found
from tests.clients import URL, problem
from tests.made_up_api import task

PAGE = "from callscribe.ui import app, search; search.show(app.client())"
EVIL = '<img src=x onerror="alert(1)">'
ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
Open = Callable[..., AppTest]


def match(text: str, *marks: tuple[int, int], kind: PassageKind = PassageKind.SPEECH, **changes: Any) -> MatchOut:
    said = {"start": 31.25, "end": 33.0, "segment_id": 3} if kind is PassageKind.SPEECH else {}
    values: dict[str, Any] = {"speaker": None, "start": None, "end": None, "segment_id": None} | said | changes
    return MatchOut(kind=kind, text=text, marks=list(marks), **values)


def page_of(*matches: MatchOut, total: int = 1, following: str | None = None, **changes: Any) -> SearchPage:
    call = FoundOut(task=task(**{"task_id": ID} | changes), matches=list(matches))
    return SearchPage(total=total, corrected=None, results=[call], next=following)


class Api:
    """Answers searches with its pages, by their cursors, and remembers what was asked."""

    def __init__(self) -> None:
        self.pages: dict[str | None, SearchPage] = {}
        self.asked: list[dict[str, list[str]]] = []
        self.refusal: httpx.Response | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        params = request.url.params
        if request.url.path.endswith("/tags"):
            return httpx.Response(200, json=[{"tag": "customer", "calls": 2}])
        self.asked.append({name: params.get_list(name) for name in params if name != "limit"})
        return self.refusal or httpx.Response(200, text=self.pages[params.get("cursor")].model_dump_json())


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    client = CallScribe(URL, transport=httpx.MockTransport(api.answer))
    monkeypatch.setattr(app, "client", lambda: client)

    def opened(**query: str | list[str]) -> AppTest:
        test = AppTest.from_string(PAGE, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        return test.run()

    return opened


def shown(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(str(piece.proto.body) for piece in test.get("html"))


def fields(test: AppTest) -> Any:
    """What the fields are told."""
    (component,) = test.get("bidi_component")
    return json.loads(component.proto.bytes)


def test_nothing_is_searched_before_something_is_asked(api: Api, page: Open) -> None:
    start = shown(page(q=" "))
    assert '<a href="search?q=budget">budget</a>' in start
    assert '<a href="search?q=%22next+week%22">&quot;next week&quot;</a>' in start
    assert api.asked == []


def test_the_address_says_what_is_searched(api: Api, page: Open) -> None:
    api.pages[None] = page_of(match("Hello"))
    asked: dict[str, str | list[str]] = {
        "q": "pay tests",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "language": ["ru", "en"],
        "tag": "customer",
        "status": "done",
        "speaker": "Anna",
        "sort": "newest",
    }
    test = page(**asked)
    (sent,) = api.asked
    sent.pop("timezone", None)
    assert sent == {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    told = fields(test)
    assert told["values"] == sent
    assert [choice["name"] for choice in told["choices"]] == ["status", "language", "tag"]
    assert told["choices"][2]["options"] == [["customer", "customer"]]


def test_what_only_the_address_knows_can_be_unticked(page: Open) -> None:
    told = fields(page(tag="forgotten", language="kk"))
    options = {choice["name"]: choice["options"] for choice in told["choices"]}
    assert options["tag"] == [["customer", "customer"], ["forgotten", "forgotten"]]
    assert options["language"] == [["en", "English"], ["ru", "Russian"], ["kk", "kk"]]


def test_a_place_leads_to_its_second(api: Api, page: Open) -> None:
    api.pages[None] = page_of(
        match("Payment plan", (0, 7), kind=PassageKind.TITLE),
        match("We talk about payment.", (14, 21), kind=PassageKind.SUMMARY),
        match("The payment page fails.", (4, 11), speaker="Anna"),
        tags=["a&b"],
        status=CallStatus.TRANSCRIBING,
    )
    drawn = shown(page(q="payment"))
    assert ">1 call<" in drawn
    assert f'<h2><a href="call?call={ID}"><mark>Payment</mark> plan</a></h2>' in drawn
    assert (
        f'<li><a href="call?call={ID}"><span class="words"><b>Summary</b> We talk about <mark>payment</mark>' in drawn
    )
    assert f'<a href="call?call={ID}&amp;t=31.2"><time>00:31</time>' in drawn
    assert "<b>Anna</b> The <mark>payment</mark> page fails." in drawn
    assert '<a class="tag" href="history?tag=a%26b">a&amp;b</a>' in drawn
    assert "Transcribing" in drawn


def test_what_comes_from_a_call_is_never_markup(api: Api, page: Open) -> None:
    api.pages[None] = page_of(
        match(EVIL, (0, 4), kind=PassageKind.TITLE), match(EVIL, (5, 8), speaker=EVIL), tags=[EVIL]
    )
    api.pages[None].corrected = EVIL
    drawn = shown(page(q=EVIL))
    assert "<img" not in drawn
    assert "<mark>&lt;img</mark> src" in drawn


@pytest.mark.parametrize(
    ("marks", "written"),
    [
        ([], "a &lt; b &amp; c"),
        ([(0, 1), (4, 5)], "<mark>a</mark> &lt; <mark>b</mark> &amp; c"),
        ([(2, 3), (6, 9)], "a <mark>&lt;</mark> b <mark>&amp; c</mark>"),
    ],
)
def test_marks_are_places_in_the_text_and_not_in_its_markup(marks: list[tuple[int, int]], written: str) -> None:
    assert found.marked("a < b & c", marks) == written


def test_mistyped_words_are_corrected(api: Api, page: Open) -> None:
    api.pages[None] = page_of(match("Budget"), total=17)
    api.pages[None].corrected = "budget"
    drawn = shown(page(q="bugdet"))
    assert ">17 calls <" in drawn
    assert 'showing results for <a href="search?q=budget">budget</a>' in drawn


def test_more_pages_come_below(api: Api, page: Open) -> None:
    api.pages[None] = page_of(match("One"), total=2, following="next")
    api.pages["next"] = page_of(match("Two"), total=2)
    test = page(q="word")
    assert "One" in shown(test)
    assert "Two" not in shown(test)
    test.button(key="search-more").click().run()
    assert shown(test).index("One") < shown(test).index("Two")
    assert len(test.button) == 0
    assert [asked.get("cursor") for asked in api.asked[-2:]] == [None, ["next"]]


def test_nothing_found(api: Api, page: Open) -> None:
    api.pages[None] = SearchPage(total=0, corrected=None, results=[], next=None)
    assert "without filters" not in shown(page(q="word", sort="newest"))
    assert '<a href="search?q=word">Search without filters</a>' in shown(page(q="word", tag="x"))


def test_a_refusal_is_told_in_its_words(api: Api, page: Open) -> None:
    api.refusal = problem("bad-request", 422, "from: Input should be a valid date.")
    test = page(q="word", **{"from": "yesterday"})
    assert not test.exception
    assert [error.value for error in test.error] == ["from: Input should be a valid date."]
