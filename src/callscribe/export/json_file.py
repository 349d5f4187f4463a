"""JSON for other programs, with the field names of the API's result."""

import json
from typing import Any

from callscribe.export.call import Call, Options
from callscribe.models import Insight, InsightKind, Segment, Summary, Word


def write(call: Call, _options: Options) -> str:
    """The whole result; times in seconds, to the millisecond; `summary` is null while there is none."""
    summary = call.summary
    result = {
        "title": call.title,
        "called_at": call.called_at and call.called_at.isoformat(),
        "duration": call.duration and round(call.duration, 3),
        "language": call.transcript.language,
        "transcription": call.transcript.text,
        "suggested_title": summary.title if summary else None,
        "summary": summary.text if summary else None,
        "key_points": _texts(summary, InsightKind.KEY_POINT),
        "decisions": _texts(summary, InsightKind.DECISION),
        "action_items": _texts(summary, InsightKind.ACTION_ITEM),
        "open_questions": _texts(summary, InsightKind.QUESTION),
        "items": [_item(insight) for insight in (summary.insights if summary else ())],
        "participants": [
            {
                "name": one.name,
                "talk_time": round(one.talk_time, 3),
                "share": one.share,
                "turns": one.turns,
                "statements": one.statements,
            }
            for one in (summary.participants if summary else ())
        ],
        "chapters": [
            {"start": round(chapter.start, 3), "title": chapter.title}
            for chapter in (summary.chapters if summary else ())
        ],
        "speakers": [
            {"name": one.name, "talk_time": one.talk_time, "segments": one.segments} for one in call.transcript.speakers
        ],
        "segments": [_segment(segment) for segment in call.transcript.segments],
    }
    return json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _texts(summary: Summary | None, kind: InsightKind) -> list[str]:
    return [insight.text for insight in (summary.insights if summary else ()) if insight.kind == kind]


def _item(insight: Insight) -> dict[str, Any]:
    return {
        "kind": insight.kind,
        "text": insight.text,
        "owner": insight.owner,
        "due": insight.due,
        "due_date": insight.due_date and insight.due_date.isoformat(),
        "done": insight.done,
        "quote": insight.quote,
        "start": round(insight.start, 3),
        "end": round(insight.end, 3),
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "speaker": segment.speaker,
        "text": segment.text,
        "language": segment.language,
        "words": [_word(word) for word in segment.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "text": word.text,
        "probability": round(word.probability, 3),
    }
