"""The OpenAPI document is the API's promise: committed, complete, and what the application does."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from callscribe.api.openapi import document

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(document())

#: Every operation, and the problems it can answer with.
PROBLEMS = {
    "POST /api/v1/transcribe": {400, 413, 422, 503},
    "POST /api/v1/uploads": {413, 422, 503},
    "GET /api/v1/uploads/{upload_id}": {404, 422, 503},
    "PUT /api/v1/uploads/{upload_id}/parts/{offset}": {404, 409, 413, 422, 503},
    "POST /api/v1/uploads/{upload_id}/finish": {404, 409, 422, 503},
    "DELETE /api/v1/uploads/{upload_id}": {404, 422, 503},
    "GET /api/v1/tasks": {422, 503},
    "GET /api/v1/tags": {503},
    "GET /api/v1/search": {422, 503},
    "GET /api/v1/tasks/{task_id}": {404, 422, 503},
    "PATCH /api/v1/tasks/{task_id}": {404, 422, 503},
    "GET /api/v1/tasks/{task_id}/media": {404, 409, 416, 422, 503},
    "GET /api/v1/tasks/{task_id}/waveform": {404, 422, 503},
    "HEAD /api/v1/tasks/{task_id}/media": {404, 409, 422, 503},
    "DELETE /api/v1/tasks/{task_id}": {404, 422, 503},
    "POST /api/v1/tasks/{task_id}/retry": {404, 409, 422, 503},
    "POST /api/v1/tasks/{task_id}/cancel": {404, 409, 422, 503},
    "GET /api/v1/tasks/{task_id}/events": {404, 422, 503},
    "GET /api/v1/events": {422, 503},
    "GET /api/v1/results/{task_id}": {404, 422, 503},
    "GET /api/v1/results/{task_id}/dropped": {404, 422, 503},
    "GET /api/v1/results/{task_id}/export": {404, 422, 503},
    "GET /api/v1/export": {404, 422, 503},
    "PATCH /api/v1/results/{task_id}/segments/{segment_id}": {404, 409, 422, 503},
    "POST /api/v1/results/{task_id}/segments/{segment_id}/split": {404, 409, 422, 503},
    "POST /api/v1/results/{task_id}/segments/{segment_id}/merge": {404, 409, 422, 503},
    "PATCH /api/v1/results/{task_id}/speakers": {404, 409, 422, 503},
    "GET /api/v1/results/{task_id}/corrections": {404, 422, 503},
    "DELETE /api/v1/results/{task_id}/corrections/last": {404, 409, 422, 503},
    "POST /api/v1/tasks/{task_id}/resummarize": {404, 409, 422, 503},
    "PATCH /api/v1/results/{task_id}/action-items/{position}": {404, 422, 503},
    "GET /api/v1/analytics": {422, 503},
    "GET /api/v1/system": {503},
    "GET /health/live": set(),
    "GET /health/ready": {503},
    "GET /metrics": set(),
}
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_the_committed_document_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == document(), "run `make openapi` and commit docs/openapi.json"


def test_the_document_does_not_depend_on_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_MAX_UPLOAD_MB", "7")
    monkeypatch.setenv("CALLSCRIBE_PORT", "not a port")
    assert json.loads(document()) == DOCUMENT


def test_there_are_exactly_these_operations() -> None:
    assert OPERATIONS.keys() == PROBLEMS.keys()


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_operation_documents_its_problems(name: str) -> None:
    refused = {int(status): answer for status, answer in OPERATIONS[name]["responses"].items() if int(status) >= 400}
    assert refused.keys() == PROBLEMS[name]
    for answer in refused.values():
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert answer["content"] == content
        assert answer["description"] not in {status.phrase for status in HTTPStatus}


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_operation_can_be_read(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert operation["operationId"].isidentifier()
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert all(parameter.get("description") for parameter in operation.get("parameters", ()))
    good = [answer["description"] for status, answer in operation["responses"].items() if int(status) < 300]
    assert good
    assert "Successful Response" not in good


def test_operation_ids_differ() -> None:
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(OPERATIONS)


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    referred = {part.split('"')[0] for part in document().split("#/components/schemas/")[1:]}
    assert referred == schemas.keys()
