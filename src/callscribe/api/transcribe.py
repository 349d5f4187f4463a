"""Upload."""

import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile

from callscribe.api.deps import Service
from callscribe.api.problems import responses, too_large
from callscribe.api.schemas.tasks import Accepted
from callscribe.errors import BadMedia, BadRequest, TooLarge, Unavailable
from callscribe.jobs import lifecycle
from callscribe.models import LanguageChoice
from callscribe.store import calls

router = APIRouter(tags=["tasks"])

_NAME_LENGTH = 200


async def _one_file(request: Request) -> None:
    """Of two files one would be dropped without a word."""
    form = await request.form()
    if len(form.getlist("file")) > 1:
        raise BadRequest("Send one recording a request; each becomes a task of its own.")


@router.post(
    "/transcribe",
    status_code=202,
    summary="Upload a recording",
    response_description="The recording is stored and queued.",
    responses=responses(TooLarge, BadMedia, BadRequest, Unavailable, unreadable=True),
    dependencies=[Depends(_one_file)],
)
def transcribe(
    service: Service,
    file: Annotated[UploadFile, File(description="The recording.")],
    language: Annotated[
        LanguageChoice, Form(description="The language spoken; `auto`: it is detected.")
    ] = LanguageChoice.AUTO,
) -> Accepted:
    """Queue a recording. Audio or video in any common format; what it is is decided by its content."""
    if not file.size:
        raise BadMedia("The file is empty; choose a recording.")
    if file.size > service.settings.max_upload_bytes:
        raise TooLarge(too_large(service.settings.max_upload_mb))
    call_id = uuid.uuid4()
    folder = calls.media_folder(call_id)
    key = f"{folder}/original"
    with ExitStack() as on_failure:
        on_failure.callback(service.store.delete, folder)
        service.store.put(key, file.file)
        with service.database.transaction() as session:
            lifecycle.uploaded(
                session,
                call_id,
                filename=display_name(file.filename or ""),
                size=file.size,
                media_key=key,
                language=language,
            )
        on_failure.pop_all()
    return Accepted(task_id=call_id)


def display_name(name: str) -> str:
    """An uploaded file's name as it is shown: without folders and control characters, at most 200 characters."""
    name = "".join(char for char in Path(name.replace("\\", "/")).name if char.isprintable()).strip()
    if len(name) > _NAME_LENGTH:
        suffix = Path(name).suffix[:20]
        name = name[: _NAME_LENGTH - len(suffix) - 1] + "…" + suffix
    return name or "recording"
