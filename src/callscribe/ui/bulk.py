"""What is done with many calls at once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from callscribe.client import CallScribe
from callscribe.errors import CallScribeError, NotFound
from callscribe.ui.i18n import plural


def perform(client: CallScribe, act: Mapping[str, Any]) -> dict[str, object]:
    """Do what was chosen on the page; the result says in words how it went, and whether something `failed`."""
    ids: Sequence[str] = act["ids"]
    if act["do"] == "delete":
        return _each(ids, lambda task_id: _delete(client, task_id), "history.deleted")
    tag = str(act["tag"]).strip()
    return _each(ids, lambda task_id: _tag(client, task_id, tag), "history.tagged", tag=tag)


def _each(ids: Sequence[str], change: Callable[[str], None], done: str, **values: str) -> dict[str, object]:
    """What one call does not let be done is done with the others all the same."""
    reasons = []
    for task_id in ids:
        try:
            change(task_id)
        except CallScribeError as exc:
            reasons.append(str(exc))
    sentences = []
    if len(ids) > len(reasons):
        sentences.append(plural(done, len(ids) - len(reasons), **values))
    if reasons:
        sentences.append(plural("history.left", len(reasons), why=reasons[0]))
    return {"words": " ".join(sentences), "failed": bool(reasons)}


def _delete(client: CallScribe, task_id: str) -> None:
    with suppress(NotFound):  # somebody else has
        client.delete(task_id)


def _tag(client: CallScribe, task_id: str, tag: str) -> None:
    tags = client.task(task_id).tags
    if tag not in tags:
        client.update(task_id, tags=[*tags, tag])
