"""What the API gives of a call's sound."""

from pydantic import Field

from callscribe.api.schemas.common import Schema


class Waveform(Schema):
    """How loud a call is from moment to moment, for a player to draw."""

    duration: float = Field(
        description="Seconds that the points cover: the whole call, or what is prepared of it so far.", examples=[62.8]
    )
    points: list[int] = Field(
        description="0 (silence, or as good as that) to 100 (as loud as can be), each for the same stretch of time; "
        "of a short call fewer than asked for, of one that is not prepared yet none.",
        examples=[[0, 62, 80, 41]],
    )
