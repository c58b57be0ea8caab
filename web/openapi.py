"""Describes the API as OpenAPI 3.1, out of its views: their types, their parameters and their first lines."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any, TypedDict, TypeVar

import msgspec
from flask import current_app
from werkzeug.routing import Rule

from web.at_hand import base
from web.parameters import LAST_ID, SLUG, Parameter

View = TypeVar("View", bound=Callable[..., Any])

_REF = "#/components/schemas/{name}"
_FAULTS = {
    "400": "A parameter cannot be read; the message names it.",
    "404": "No such slug or id.",
    "429": "Too many requests; Retry-After says when to come back.",
}


class Fault(TypedDict):
    """What was wrong, in one line."""

    status: int
    message: str


class Faulty(TypedDict):
    """The answer to a request that cannot be met."""

    error: Fault


def described(answer: Any, *parameters: Parameter, elsewhere: str | None = None) -> Callable[[View], View]:
    """Say what a view answers with, and by which parameters of the address.

    Args:
        elsewhere: when it leads to another address instead.
    """

    def note(view: View) -> View:
        view.described = answer, parameters, elsewhere  # type: ignore[attr-defined]
        return view

    return note


def document(blueprint: str) -> dict[str, Any]:
    """The OpenAPI document of all described views of a blueprint."""
    views: dict[str, Any] = dict(current_app.view_functions)
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith(f"{blueprint}.")]
    noted = [(rule, views[rule.endpoint]) for rule in rules if hasattr(views[rule.endpoint], "described")]
    answers = [view.described[0] for _, view in noted]
    refs, schemas = msgspec.json.schema_components([*answers, Faulty], ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Climate jobs",
            "version": version("climate-jobs"),
            "description": "Open jobs for each of Project Drawdown’s solutions. No key is needed.",
        },
        "servers": [{"url": base()}],
        "paths": {
            _path(rule): {"get": _operation(rule, view, ref, refs[-1])}
            for (rule, view), ref in zip(noted, refs, strict=False)
        },
        "components": {"schemas": schemas},
    }


def _path(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if is_name else part for is_name, part in _parts(rule))


def _parts(rule: Rule) -> list[tuple[bool, str]]:
    """The pieces of a path: whether each is the name of an argument, and its text."""
    pieces = rule.rule.replace(">", "<").split("<")
    return [(bool(place % 2), piece.rpartition(":")[2] if place % 2 else piece) for place, piece in enumerate(pieces)]


def _operation(rule: Rule, view: Any, answer: Any, fault: Any) -> dict[str, Any]:
    _, parameters, elsewhere = view.described
    others = {code: {"description": text, "content": _content(fault)} for code, text in _FAULTS.items()}
    if elsewhere:
        others["301"] = {"description": elsewhere}
    return {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": (view.__doc__ or "").splitlines()[0],
        "parameters": [*map(_argument, sorted(rule.arguments)), *map(_query, parameters)],
        "responses": {"200": {"description": "What was asked for.", "content": _content(answer)}} | others,
    }


def _content(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _argument(name: str) -> dict[str, Any]:
    number = name.endswith("_id")
    schema = {"type": "integer", "minimum": 0, "maximum": LAST_ID} if number else {"type": "string", "pattern": SLUG}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.means,
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
