"""A typed client of the HTTP API: the web page knows the service only through it."""

from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from callscribe.api.schemas.common import Problem
from callscribe.api.schemas.results import Result
from callscribe.api.schemas.tasks import Task, TaskPage
from callscribe.errors import CallScribeError, Unavailable

Answer = TypeVar("Answer", bound=BaseModel)
_ERRORS = {error.code: error for error in CallScribeError.__subclasses__()}


class Client:
    """Every method raises the error that the API tells of, or `Unavailable` where there is no API to tell of one."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        # Not by a proxy of the environment: what is said in calls goes to our own machines only.
        self._http = httpx.Client(base_url=f"{self._url}/api/v1", timeout=30, transport=transport, trust_env=False)

    def tasks(self, cursor: str | None = None, limit: int = 50) -> TaskPage:
        """A page of tasks, newest first; `cursor` is `next` of the page before."""
        response = self._ask("GET", "/tasks", params={"limit": limit} | ({"cursor": cursor} if cursor else {}))
        return self._read(TaskPage, response)

    def task(self, task_id: UUID) -> Task:
        """Where a task is."""
        return self._read(Task, self._ask("GET", f"/tasks/{task_id}"))

    def result(self, task_id: UUID) -> Result:
        """What there is of a transcript and its summary so far."""
        return self._read(Result, self._ask("GET", f"/results/{task_id}"))

    def cancel(self, task_id: UUID) -> Task:
        """Stop a task."""
        return self._read(Task, self._ask("POST", f"/tasks/{task_id}/cancel"))

    def retry(self, task_id: UUID) -> Task:
        """Go on with a failed or canceled task."""
        return self._read(Task, self._ask("POST", f"/tasks/{task_id}/retry"))

    def delete(self, task_id: UUID) -> None:
        """Remove a task with its recording, transcript and summary."""
        self._ask("DELETE", f"/tasks/{task_id}")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _ask(self, method: str, path: str, params: dict[str, str | int] | None = None) -> httpx.Response:
        try:
            response = self._http.request(method, path, params=params)
        except httpx.HTTPError as exc:
            raise Unavailable(
                f"CallScribe does not answer at {self._url}; run `callscribe up`, or correct CALLSCRIBE_API_URL."
            ) from exc
        if response.is_success:
            return response
        problem = self._read(Problem, response)
        raise _ERRORS.get(problem.type.rpartition(":")[2], CallScribeError)(problem.detail)

    def _read(self, schema: type[Answer], response: httpx.Response) -> Answer:
        try:
            return schema.model_validate_json(response.content)
        except ValidationError:
            # Pydantic's words quote what it has read, and that may be a call.
            raise Unavailable(
                f"What answers at {self._url} is not this CallScribe; correct CALLSCRIBE_API_URL."
            ) from None
