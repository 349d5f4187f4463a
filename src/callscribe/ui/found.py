"""Pieces of HTML of what a search found; whatever comes from a call or from a user is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from callscribe.api.schemas.search import FoundOut, MatchOut, SearchPage
from callscribe.api.schemas.tasks import Task
from callscribe.models import CallStatus, PassageKind
from callscribe.ui import filters, markup
from callscribe.ui.i18n import plural, text

_EXAMPLES = 3


def start() -> str:
    """What can be asked, while nothing is."""
    questions = [text(f"search.example-{number}") for number in range(1, _EXAMPLES + 1)]
    links = "".join(f"<li>{markup.link(filters.address('search', {'q': words}), words)}</li>" for words in questions)
    return (
        f'<div class="search-start"><p>{escape(text("search.examples"))}</p><ul>{links}</ul>'
        f'<p class="hint">{escape(text("search.syntax"))}</p></div>'
    )


def nothing(wider: str | None) -> str:
    """That nothing was found and what to try; `wider`: the address of the same search without filters."""
    ways = [escape(text("search.try-words")), escape(text("search.try-begin"))]
    if wider:
        ways.insert(0, markup.link(wider, text("search.try-wider")))
    tips = "".join(f"<li>{way}</li>" for way in ways)
    return f'<div class="search-start"><h2>{escape(text("search.nothing"))}</h2><ul class="tips">{tips}</ul></div>'


def results(pages: Sequence[SearchPage], zone: str | None) -> str:
    """The calls of these pages, which belong to one search, with their places."""
    first = pages[0]
    corrected = ""
    if first.corrected:
        meant = filters.address("search", {"q": first.corrected})
        words = escape(text("search.corrected")).format(markup.link(meant, first.corrected))
        corrected = f' <span class="corrected">{words}</span>'
    total = f'<p class="total" role="status">{escape(plural("search.total", first.total))}{corrected}</p>'
    calls = "".join(_call(call, zone) for page in pages for call in page.results)
    return f'<section class="found">{total}{calls}</section>'


def marked(words: str, marks: Iterable[tuple[int, int]]) -> str:
    """The words, with `<mark>` from each first character up to before the second."""
    pieces, done = "", 0
    for start, end in marks:
        pieces += f"{escape(words[done:start])}<mark>{escape(words[start:end])}</mark>"
        done = end
    return pieces + escape(words[done:])


def _call(call: FoundOut, zone: str | None) -> str:
    title = next((match for match in call.matches if match.kind is PassageKind.TITLE), None)
    shown = marked(title.text, title.marks) if title else escape(call.task.title)
    heading = f'<h2><a href="{markup.address(call.task.task_id)}">{shown}</a></h2>'
    places = "".join(_place(call.task, match) for match in call.matches if match is not title)
    return f"<article>{heading}{_facts(call.task, zone)}{f'<ol>{places}</ol>' if places else ''}</article>"


def _facts(task: Task, zone: str | None) -> str:
    facts = [f"<span>{markup.moment(task.called_at, zone)}</span>"]
    if task.duration is not None:
        facts.append(f"<span>{markup.clock(task.duration)}</span>")
    if task.status is not CallStatus.DONE:
        facts.append(markup.status(task))
    return f'<div class="facts">{"".join(facts)}{tags(task.tags)}</div>'


def tags(names: Iterable[str]) -> str:
    """Links to all calls that have the tag."""
    links = (
        f'<a class="tag" href="{escape(filters.address("history", {"tag": tag}))}">{escape(tag)}</a>' for tag in names
    )
    return "".join(links)


def _place(task: Task, match: MatchOut) -> str:
    """A link that plays it."""
    when = f"<time>{markup.clock(match.start)}</time>" if match.start is not None else ""
    kind = escape(text("search.in-summary")) if match.kind is PassageKind.SUMMARY else ""
    who = escape(match.speaker or kind)
    words = f"{f'<b>{who}</b> ' if who else ''}{marked(match.text, match.marks)}"
    address = escape(markup.address(task.task_id, match.start))
    return f'<li><a href="{address}">{when}<span class="words">{words}</span></a></li>'
