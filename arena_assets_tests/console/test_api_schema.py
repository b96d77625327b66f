"""Schemathesis over the OpenAPI: no answer of 5xx, and every answer as the document says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from arena_assets.console.api.v1.routes import document
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door, open_door

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NOT_HERE = "/(events|references)$"
"""Streams have no end, and uploads are tested with real pictures."""
EXAMPLES = 4
REAL = {"arena": "arena-000001", "project": "hall", "request_id": 1}
"""What there is in the hall: half of all requests are about that, not about chance names."""
_FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def attack(
    door: Door, case: schemathesis.Case[Any], headers: dict[str, str], real: dict[str, Any]
) -> None:
    """Send one generated request through the application, and check what came."""
    for name in set(case.path_parameters) & set(real):
        case.path_parameters[name] = real[name]
    if isinstance(case.body, dict) and "slot" in case.body and real:
        case.body["slot"] = "image_set/view_01"
    sent: dict[str, Any] = case.as_transport_kwargs(base_url="http://127.0.0.1")
    method, url = sent.pop("method"), sent.pop("url")
    given_headers = {**(sent.pop("headers", None) or {}), **headers}
    sent = {name: value for name, value in sent.items() if value is not None}
    answer = door.client.request(method, url, headers=given_headers, **sent)
    case.validate_response(answer, checks=CHECKS)


def attack_often(
    door: Door, cases: SearchStrategy[Any], headers: dict[str, str], real: dict[str, Any]
) -> None:
    @_FEW
    @given(case=cases)
    def several(case: schemathesis.Case[Any]) -> None:
        attack(door, case, headers, real)

    several()


def test_every_endpoint_keeps_to_its_document(hall: Hall, finished: int) -> None:
    assert finished
    tried = 0
    with open_door(hall) as door:
        whole = schemathesis.openapi.from_dict(document(door.app))
        schema = whole.exclude(path_regex=NOT_HERE)
        headers = door.token()
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            tried += 1
            strategy = found.ok().as_strategy()
            for real in ({}, REAL):
                attack_often(door, strategy, headers, real)
        paths = document(door.app)["paths"]
    endings = ("/events", "/references")
    wanted = [len(each) for path, each in paths.items() if not path.endswith(endings)]
    assert tried == sum(wanted) > 0


def test_the_document_names_every_endpoint_once(hall: Hall) -> None:
    with open_door(hall) as door:
        found = document(door.app)
        answer = door.client.get("/api/v1/openapi.json", headers=door.token())
    paths = found["paths"].values()
    listed = [operation["operationId"] for path in paths for operation in path.values()]
    assert len(listed) == len(set(listed))
    assert answer.json()["paths"].keys() == found["paths"].keys()


@pytest.mark.parametrize("path", ["/arenas/abc", f"/requests/{10**20}", "/calls?limit=0"])
def test_no_answer_tells_of_our_insides(hall: Hall, path: str) -> None:
    with open_door(hall) as door:
        answer = door.client.get(f"/api/v1{path}", headers=door.token())
    assert answer.status_code in (404, 422)
    for inside in ("traceback", "sqlite", str(hall.settings.data_dir)):
        assert inside not in answer.text.casefold()
