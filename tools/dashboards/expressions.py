"""PromQL that dashboards share. Each gives numbers in quiet times too: neither nothing nor NaN.

`by` are labels as `stage, error`, `where` is a selector as `stage="prepare"`.
"""

_RATE = "[$__rate_interval]"
_SHOWN = "[$__range]"
PER_HOUR = 3600


def rate(counter: str, by: str, where: str = "") -> str:
    """How much it grows in a second."""
    return f"sum by ({by}) (rate({counter}{{{where}}}{_RATE}))"


def per_hour(counter: str, by: str, where: str = "") -> str:
    """How much it grows in an hour, at the pace of the moment."""
    return f"{PER_HOUR} * {rate(counter, by, where)}"


def total(counter: str, by: str, where: str = "") -> str:
    """How much it grows in the time that is shown.

    `increase` does not see the first step of a counter that was not there before, so what is new counts whole, unless
    its process was started again meanwhile.
    """
    series = f"{counter}{{{where}}}"
    increase = f"increase({series}{_SHOWN})"
    return f"sum by ({by}) (({series} unless {series} offset $__range) > {increase} or {increase})"


def quantile(share: float, histogram: str, by: str = "", where: str = "") -> str:
    """A quantile of what was observed lately; where that is nothing, of all that was observed."""
    buckets = f"{histogram}_bucket{{{where}}}"
    labels = f"le, {by}" if by else "le"
    lately, ever = (
        f"histogram_quantile({share}, sum by ({labels}) ({seen}))" for seen in (f"rate({buckets}{_RATE})", buckets)
    )
    return f"{lately} >= 0 or {ever} >= 0"


def ratio(part: str, whole: str, by: str = "") -> str:
    """One counter by another, as they grow lately; where they do not, as they are. Both are with their selectors."""
    lately = f"sum by ({by}) (rate({part}{_RATE})) / (sum by ({by}) (rate({whole}{_RATE})) > 0)"
    return f"{lately} or sum by ({by}) ({part}) / (sum by ({by}) ({whole}) > 0)"


def greatest(gauge: str, by: str, where: str = "") -> str:
    """Of a number that several processes tell alike."""
    return f"max by ({by}) ({gauge}{{{where}}})"


def or_none(expression: str, label: str, value: float = 0, name: str = "none") -> str:
    """With a single series, called `none`, where there is nothing of it yet."""
    return f'{expression} or on () label_replace(vector({value:g}), "{label}", "{name}", "", "")'
