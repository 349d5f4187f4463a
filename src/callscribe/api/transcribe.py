"""Upload."""

import hashlib
import logging
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from http import HTTPStatus
from io import BufferedIOBase
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, File, Form, Header, Request, Response, UploadFile
from sqlalchemy.orm import Session

from callscribe.api.deps import Context, Service
from callscribe.api.problems import responses, too_large
from callscribe.api.schemas.options import ChannelNames, SpeakerCount, TemplateName, Vocabulary
from callscribe.api.schemas.tasks import Accepted
from callscribe.errors import BadMedia, BadRequest, TooLarge, Unavailable
from callscribe.jobs import lifecycle
from callscribe.models import DEFAULT_TEMPLATE, NO_WISHES, LanguageChoice, SummaryLanguage, Wishes
from callscribe.settings import Settings
from callscribe.store import calls, uploads
from callscribe.store.uploads import Earlier, Upload
from callscribe.summary import templates

log = logging.getLogger(__name__)

router = APIRouter(tags=["tasks"])

_NAME_LENGTH = 200

#: What the documentation says of the answer that nothing was stored.
THERE_ALREADY: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK: {"model": Accepted, "description": "The file is there already, and nothing was stored."}
}

#: The parameter by which a sender names an upload.
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern="^[ -~]*$",
        description="A name of your own for this upload, printable ASCII. Sent once more with the same key, file and "
        "language, it gets the same task, and nothing is stored twice. A key lives as long as its task.",
    ),
]


async def _one_file(request: Request) -> None:
    """Of two files one would be dropped without a word."""
    form = await request.form()
    if len(form.getlist("file")) > 1:
        raise BadRequest("Send one recording a request; each becomes a task of its own.")


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole file that was sent, and what is wanted of it."""

    file: BinaryIO
    #: Bytes.
    size: int
    #: As it is shown.
    filename: str
    language: LanguageChoice
    again: bool
    #: The sender's own name for this upload, the same for each attempt.
    key: str | None
    wishes: Wishes = NO_WISHES


#: Called in the transaction that decides on the answer.
Note = Callable[[Session, Accepted], None]


@router.post(
    "/transcribe",
    status_code=HTTPStatus.ACCEPTED,
    summary="Upload a recording",
    response_description="The recording is stored and queued.",
    responses={**THERE_ALREADY, **responses(TooLarge, BadMedia, BadRequest, Unavailable, unreadable=True)},
    dependencies=[Depends(_one_file)],
)
def transcribe(
    service: Service,
    response: Response,
    *,
    file: Annotated[UploadFile, File(description="The recording.")],
    language: Annotated[
        LanguageChoice, Form(description="The language spoken; `auto`: it is detected.")
    ] = LanguageChoice.AUTO,
    again: Annotated[bool, Form(description="Process the file even if it is there already.")] = False,
    vocabulary: Annotated[
        Vocabulary,
        Form(
            default_factory=list,
            description="Names and terms that may be said, separated by commas or line breaks, or the field repeated: "
            "at most 100 of at most 60 characters.",
        ),
    ],
    template: Annotated[
        TemplateName,
        Form(description="What kind of call it is, so that an LLM looks for the right things: one of `/system`'s."),
    ] = DEFAULT_TEMPLATE,
    summary_language: Annotated[
        SummaryLanguage | None, Form(description="The language of the summary; left out: that of the call.")
    ] = None,
    speakers: Annotated[
        SpeakerCount | None, Form(description="How many speak; left out: as many as are found.")
    ] = None,
    channel_names: Annotated[
        ChannelNames,
        Form(
            default_factory=list,
            description="Of a stereo call with a speaker on each channel: who is on the left and who on the right, as "
            "`agent,customer`. Left out: as the service is set up, else they are numbered.",
        ),
    ],
    idempotency_key: IdempotencyKey = None,
) -> Accepted:
    """Queue a recording. Audio or video in any common format; what it is is decided by its content.

    A file that is there already, asked for in the same language, is not processed once more unless `again` is set:
    the answer names its task. Tasks that failed or were canceled do not count.
    """
    size = file.size or 0
    check_size(service.settings, size)
    name = display_name(file.filename or "")
    recording = Recording(
        file.file,
        size,
        name,
        language,
        again,
        idempotency_key,
        Wishes(tuple(vocabulary), template, summary_language, speakers, tuple(channel_names)),
    )
    return told(accept(service, recording), response)


def check_size(settings: Settings, size: int) -> None:
    """Raise `BadMedia` or `TooLarge` for a file of so many bytes that is not taken."""
    if not size:
        raise BadMedia("The file is empty; choose a recording.")
    if size > settings.max_upload_bytes:
        raise TooLarge(too_large(settings.max_upload_mb))


def accept(service: Context, recording: Recording, note: Note = lambda _session, _accepted: None) -> Accepted:
    """Store and queue a recording, unless it came before.

    Raises `BadRequest` for a key of another upload, and for a template that there is not.
    """
    templates.check(recording.wishes.template, service.settings.prompts_dir)
    upload = Upload(_sha256(recording.file), recording.language, recording.again, recording.key)
    with service.database.transaction() as session:
        if known := _known(uploads.earlier(session, upload)):
            note(session, known)
            return known
    return _store(service, recording, upload, note)


def told(accepted: Accepted, response: Response) -> Accepted:
    """The answer, with the status that says whether anything was stored."""
    if accepted.task_id == accepted.duplicate_of:
        response.status_code = HTTPStatus.OK
    return accepted


def _known(earlier: Earlier) -> Accepted | None:
    if earlier.call_id is None:
        return None
    return Accepted(task_id=earlier.call_id, duplicate_of=earlier.duplicate_of)


def _store(service: Context, recording: Recording, upload: Upload, note: Note) -> Accepted:
    """Meanwhile somebody else may have recorded the same upload; then theirs is the answer."""
    call_id = uuid.uuid4()
    key = f"{calls.media_folder(call_id)}/original"
    with ExitStack() as unless_recorded:
        unless_recorded.callback(_remove_leftovers, service, call_id)
        service.store.put(key, recording.file)
        with service.database.transaction() as session:
            uploads.lock(session, upload)
            earlier = uploads.earlier(session, upload)
            known = _known(earlier)
            accepted = known or Accepted(task_id=call_id, duplicate_of=earlier.duplicate_of)
            if not known:
                _record(service.settings, session, call_id, key, recording)
                uploads.remember(session, call_id, upload, earlier.duplicate_of)
            note(session, accepted)
        if not known:
            unless_recorded.pop_all()
            log.info("uploaded", extra={"call_id": str(call_id), "bytes": recording.size})
    return accepted


def _record(settings: Settings, session: Session, call_id: uuid.UUID, key: str, recording: Recording) -> None:
    wishes = recording.wishes
    lifecycle.uploaded(
        session,
        call_id,
        filename=recording.filename,
        size=recording.size,
        media_key=key,
        language=recording.language,
        wishes=replace(wishes, channel_names=wishes.channel_names or settings.channel_names),
    )


def _remove_leftovers(service: Context, call_id: uuid.UUID) -> None:
    """Where the connection broke during the commit, the call may be there, and must not lose its recording."""
    with service.database.transaction() as session:
        recorded = calls.exists(session, call_id)
    if not recorded:
        service.store.delete(calls.media_folder(call_id))


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    # `BinaryIO` does not promise `readinto`, which every file has.
    return hashlib.file_digest(cast(BufferedIOBase, file), "sha256").hexdigest()


def display_name(name: str) -> str:
    """An uploaded file's name as it is shown: without folders and control characters, at most 200 characters."""
    name = "".join(char for char in Path(name.replace("\\", "/")).name if char.isprintable()).strip()
    if len(name) > _NAME_LENGTH:
        suffix = Path(name).suffix[:20]
        name = name[: _NAME_LENGTH - len(suffix) - 1] + "…" + suffix
    return name or "recording"
