"""How a term of the lexicon is written, and the spellings it stands for."""

from __future__ import annotations

import re
from typing import NamedTuple

from postings.folding import folded, marked

_WEIGHT = re.compile(r"=(0(?:\.\d+)?|1(?:\.0+)?)$")
_PIECE = re.compile(r"[()\[\]|]|[^()\[\]|]+")
_BRACKETS = re.compile(r"[()\[\]|]")
#: Round brackets hold a choice; around what may be missing they are a slip for square ones.
_NO_CHOICE = re.compile(r"\([^()|\[\]]*\)")
_CLOSING = {"(": ")", "[": "]"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
#: Stands for the star of a term while it is folded, which would take it for a mark of Markdown.
_STAR = "\x02"
#: A term that stands for more spellings than this is a slip of the pen.
MOST_SPELLINGS = 2000


class Spelling(NamedTuple):
    """One literal form of a term, as it stands in a folded text; `*` stands for any letters."""

    text: str
    #: The same with an -s or -es is the term too.
    plural: bool


def split_weight(term: str) -> tuple[str, float | None]:
    """Part a term from the weight of its own, None where it has none."""
    found = _WEIGHT.search(term)
    if found is None or not term[: found.start()].strip("="):
        return term, None
    return term[: found.start()], float(found[1])


def is_cased(term: str) -> bool:
    """Whether capital letters matter in a term."""
    return term.startswith("=")


def spellings(term: str, language: str) -> list[Spelling]:
    """All literal forms a term without its weight stands for.

    Raises:
        ValueError: where the term cannot be read.
    """
    if is_cased(term):
        forms = _forms(marked(term[1:].replace("*", _STAR)))
    else:
        forms = _forms(folded(term.replace("*", _STAR)))
        if language == "de" and (spelt := term.lower().translate(_UMLAUTS)) != term.lower():
            forms += _forms(folded(spelt.replace("*", _STAR)))
    found: dict[Spelling, None] = {}
    for form in forms:
        text = form.replace(_STAR, "*")
        if " " in text:
            text = " ".join(text.split())
        if not text.strip("* ") or "=" in text:
            raise ValueError(f"no term: {term!r}")
        plural = language == "en" and text[-1] != "*"
        found[Spelling(text, plural)] = None
        if plural and text[-1] == "y" and text[-2:-1] not in "aeiou":
            found[Spelling(f"{text[:-1]}ies", False)] = None
    return list(found)


def _forms(body: str) -> list[str]:
    """A body with its alternatives and optional parts written out."""
    if not _BRACKETS.search(body):
        return [body]
    if _NO_CHOICE.search(body):
        raise ValueError(f"round brackets without a choice: {body!r}")
    pieces = _PIECE.findall(body)[::-1]
    forms = _choices(pieces, "")
    if pieces:
        raise ValueError(f"a bracket too many: {body!r}")
    return forms


def _choices(pieces: list[str], closing: str) -> list[str]:
    """Read pieces, from the last to the first, up to the closing bracket, and give every text they stand for."""
    done: list[str] = []
    forms = [""]
    while pieces and pieces[-1] not in _CLOSING.values():
        piece = pieces.pop()
        if piece == "|":
            done, forms = done + forms, [""]
        elif piece in _CLOSING:
            parts = _choices(pieces, _CLOSING[piece])
            if piece == "[":
                parts.append("")
            forms = [form + part for form in forms for part in parts]
        else:
            forms = [form + piece for form in forms]
        if len(forms) > MOST_SPELLINGS:
            raise ValueError(f"a term of more than {MOST_SPELLINGS} spellings")
    if closing and (not pieces or pieces.pop() != closing):
        raise ValueError(f"a bracket that is not closed before {closing!r}")
    return done + forms
