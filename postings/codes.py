"""Codes of countries, languages and currencies, with the names that visitors read."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _codes() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("postings").joinpath("codes.json").read_bytes())
    return loaded


@cache
def countries() -> dict[str, str]:
    """Names of countries by their ISO 3166 code."""
    named: dict[str, str] = _codes()["countries"]
    return named


@cache
def _spellings() -> dict[str, str]:
    others: dict[str, str] = _codes()["other_names"]
    return {name.casefold(): code for code, name in countries().items()} | others


def country_named(text: str) -> str | None:
    """The code of the country of a name; None where no country is called so."""
    return _spellings().get(text.strip().casefold())


@cache
def languages() -> dict[str, str]:
    """Names of languages by their ISO 639-1 code."""
    named: dict[str, str] = _codes()["languages"]
    return named


@cache
def currencies() -> frozenset[str]:
    """Currencies by their ISO 4217 code."""
    return frozenset(_codes()["currencies"])
