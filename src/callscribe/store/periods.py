"""Days, weeks and months of a time zone."""

from datetime import date, datetime, time, timedelta, tzinfo

from callscribe.errors import BadRequest
from callscribe.models import Period

#: Periods of one answer.
MOST = 1000

_TOO_MANY = f"from, to: there are more than {MOST:,} periods between; ask for longer periods, or for fewer."
_TOO_FAR = "from, to: choose moments closer to today."


def periods(since: datetime, until: datetime, by: Period, zone: tzinfo) -> list[date]:
    """The first days of the periods from that of `since` to the last that begins before `until`, at most 1,000.

    Weeks begin on Monday. Raises `BadRequest` where there are more.
    """
    first, last = _between(since, until, by, zone)
    if last - first >= MOST:
        raise BadRequest(_TOO_MANY)
    return [_first_day(number, by) for number in range(first, last + 1)]


def last_periods(since: datetime, until: datetime, by: Period, zone: tzinfo) -> list[date]:
    """The same; where there are more than 1,000, the last ones."""
    first, last = _between(since, until, by, zone)
    return [_first_day(number, by) for number in range(max(first, last - MOST + 1), last + 1)]


def begin(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), zone)


def _between(since: datetime, until: datetime, by: Period, zone: tzinfo) -> tuple[int, int]:
    try:
        first, last = since.astimezone(zone), (until - timedelta(microseconds=1)).astimezone(zone)
    except OverflowError as exc:
        raise BadRequest(_TOO_FAR) from exc
    return _number(first.date(), by), _number(last.date(), by)


def _number(day: date, by: Period) -> int:
    """Which period the day is in; the first day of the year 1 is a Monday."""
    match by:
        case Period.DAY:
            return day.toordinal()
        case Period.WEEK:
            return (day.toordinal() - 1) // 7
        case Period.MONTH:
            return day.year * 12 + day.month - 1


def _first_day(number: int, by: Period) -> date:
    match by:
        case Period.DAY:
            return date.fromordinal(number)
        case Period.WEEK:
            return date.fromordinal(number * 7 + 1)
        case Period.MONTH:
            return date(number // 12, number % 12 + 1, 1)
