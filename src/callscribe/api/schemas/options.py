"""What may be wanted of a call beside its language."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from callscribe.api.schemas.common import Line, Schema
from callscribe.models import DEFAULT_TEMPLATE, LanguageChoice


def _taken_apart(given: object) -> object:
    """In a form, the terms are separated by commas or line breaks, or the field is repeated, or both."""
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        return given
    return [term for text in given for term in re.split(r"[,\r\n]", text) if term.strip()]


def _each_once(terms: list[str]) -> list[str]:
    return list(dict.fromkeys(terms))


#: Names and terms that may be said in a call.
Vocabulary = Annotated[
    list[Annotated[str, Field(max_length=60), Line]],
    Field(max_length=100),
    BeforeValidator(_taken_apart),
    AfterValidator(_each_once),
]

#: How many speak in a call.
SpeakerCount = Annotated[int, Field(ge=1, le=20)]

#: Who is on the left and who is on the right channel.
ChannelNames = Annotated[
    list[Annotated[str, Field(max_length=100), Line]],
    Field(max_length=2),
    BeforeValidator(_taken_apart),
    AfterValidator(_each_once),
]


#: What kind of call it is; which ones there are, `/system` says.
TemplateName = Annotated[str, Field(max_length=100, examples=[DEFAULT_TEMPLATE])]


class Resummary(Schema):
    """How to write a summary anew; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    template: TemplateName | None = Field(
        default=None,
        description="What kind of call it is, so that an LLM looks for the right things: one of `/system`'s.",
    )
    language: LanguageChoice | None = Field(
        default=None, description="The language of the summary; `auto`: that of the call.", examples=["en"]
    )
    model: Annotated[str, Field(min_length=1, max_length=200), Line] | None = Field(
        default=None,
        description="The model of this summary alone, which the LLM server has to have; null: the one that is set.",
        examples=["gemma2:9b"],
    )
