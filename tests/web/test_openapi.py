"""The API asked at random by its own document: no 500, and every answer fits its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from made_up import crawl, empty_store, made_up

from web import create_app

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
conformance = pytest.importorskip("schemathesis.specs.openapi.checks")

CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
]


def _uncompressed(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The site to a client that says it can unpack answers, but does not."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return application(environ, start)

    return answer


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The document of a site with an open posting, a closed one, and two of one vacancy."""
    folder: Path = tmp_path_factory.mktemp("site")
    store = empty_store(folder)
    again = {"title": "Fitter", "description_text": "You replace boilers. " * 9}
    crawl(store, [made_up("1"), made_up("2"), made_up("3"), made_up("4", **again), made_up("5", **again)])
    crawl(store, [made_up("1"), made_up("2"), made_up("4", **again), made_up("5", **again)])
    app = create_app(store)
    app.wsgi_app = _uncompressed(app.wsgi_app)  # type: ignore[method-assign]
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


def test_every_answer_to_a_random_request_fits(document: Any) -> None:
    asked = set()
    for result in document.get_all_operations():
        operation = result.ok()
        asked.add(operation.path)

        @settings(max_examples=25)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()
    assert len(asked) == 7
