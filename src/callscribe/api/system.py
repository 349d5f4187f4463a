"""What the service takes, and what state it is in."""

from fastapi import APIRouter

from callscribe import __version__
from callscribe.api.deps import Service
from callscribe.api.problems import responses
from callscribe.api.schemas.system import Limits, Queue, System, Workers
from callscribe.errors import Unavailable
from callscribe.jobs import standing
from callscribe.media import formats
from callscribe.models import PART_BYTES
from callscribe.store import workers
from callscribe.summary import templates

router = APIRouter(prefix="/system", tags=["system"])


@router.get(
    "",
    summary="What state is the service in?",
    response_description="Its limits, its workers and its queue.",
    responses=responses(Unavailable),
)
def get_system(service: Service) -> System:
    """Look what the service takes, who works, what is missing and what to do about it, and how much there is to do.

    Where no worker of a role lives, what it would do waits.
    """
    settings = service.settings
    with service.database.transaction() as session:
        crews = workers.crews(session, settings.heartbeat_timeout_s)
        load = standing.load(session)
    return System(
        version=__version__,
        limits=Limits(max_upload_bytes=settings.max_upload_bytes, part_bytes=PART_BYTES, formats=formats.extensions()),
        templates=templates.names(settings.prompts_dir),
        workers=[Workers.model_validate(crew) for crew in crews],
        queue=Queue.model_validate(load),
    )
