"""Comma-separated values (RFC 4180) for spreadsheets."""

import csv
import io

from callscribe.export.call import Call, Options
from callscribe.export.clock import timestamp
from callscribe.models import Segment

# Excel takes a file for UTF-8 only if it begins with this.
_BOM = "\ufeff"
# A spreadsheet computes a cell that begins so, and a formula can send the sheet's content elsewhere. What people say,
# and the names they are given, is not to be trusted that far. An apostrophe before it makes it text, as OWASP advises.
# It is seen in spreadsheets that know no such mark; that is the price. Full-width signs count as their likes.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(call: Call, options: Options) -> str:
    """A header and a row a segment; columns that are not asked for are not there.

    Times are `HH:MM:SS.mmm`: where the comma is the decimal mark, a spreadsheet would take 1.05 for the first of May.
    """
    file = io.StringIO(newline="")
    file.write(_BOM)
    columns = [
        *(["start", "end"] if options.times else []),
        *(["speaker"] if options.speakers else []),
        "language",
        "text",
    ]
    table = csv.DictWriter(file, columns, extrasaction="ignore")
    table.writeheader()
    table.writerows(map(_row, call.transcript.segments))
    return file.getvalue()


def _row(segment: Segment) -> dict[str, str]:
    return {
        "start": timestamp(round(segment.start * 1000), "."),
        "end": timestamp(round(segment.end * 1000), "."),
        "speaker": _harmless(segment.speaker or ""),
        "language": segment.language,
        "text": _harmless(segment.text),
    }


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
