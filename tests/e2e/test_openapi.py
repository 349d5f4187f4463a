"""What the committed OpenAPI document promises, asked with made-up values, good and bad, of the running service."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service import CALL_EN, ROOT, Service

load_all_checks()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Streams of events never end; tests/e2e/test_live.py is about them.
DOCUMENT = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.json").exclude(path_regex="/events$")
OF_A_CALL = DOCUMENT.include(path_regex="{task_id}").exclude(method="DELETE")
OF_AN_UPLOAD = DOCUMENT.include(path_regex="{upload_id}").exclude(method="DELETE")

#: The same in each run, so that a failure is one of the change that brought it.
bounded = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("openapi") / "data") as service:
        yield service


@pytest.fixture(scope="module")
def task_id(service: Service) -> str:
    """A call that is done."""
    task_id = service.upload(CALL_EN)
    service.done(task_id)
    return task_id


@DOCUMENT.parametrize()
@bounded
def test_every_answer_is_a_documented_one(case: Case[Any], service: Service) -> None:
    case.call_and_validate(base_url=str(service.client.base_url), checks=CHECKS)


@OF_A_CALL.parametrize()
@bounded
def test_every_answer_about_a_call_is_a_documented_one(case: Case[Any], service: Service, task_id: str) -> None:
    case.path_parameters["task_id"] = task_id
    case.call_and_validate(base_url=str(service.client.base_url), checks=CHECKS)


@pytest.fixture(scope="module")
def upload_id(service: Service) -> str:
    """An upload that has just begun."""
    wanted = {"filename": "call.wav", "size": 1000}
    return str(service.client.post("/api/v1/uploads", json=wanted).json()["upload_id"])


@OF_AN_UPLOAD.parametrize()
@bounded
def test_every_answer_about_an_upload_is_a_documented_one(case: Case[Any], service: Service, upload_id: str) -> None:
    case.path_parameters["upload_id"] = upload_id
    case.call_and_validate(base_url=str(service.client.base_url), checks=CHECKS)
