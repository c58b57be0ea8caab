"""The shipped lexicon with all its spellings, written out once and then kept beside Python's own compiled files."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from postings.lexicon import Family, Kind, Lexicon, Term, load
from postings.matcher import Index, index

#: What the spellings depend on besides the data.
_MODULES = ("folding.py", "matcher.py", "lexicon/__init__.py", "lexicon/compiled.py", "lexicon/spellings.py")


@cache
def shipped() -> tuple[Lexicon, Index]:
    """The lexicon that comes with the package, and its spellings."""
    folder = Path(str(files("postings.lexicon")))
    return compiled(folder, folder / "__pycache__")


def compiled(folder: Path, cache_folder: Path) -> tuple[Lexicon, Index]:
    """A folder's lexicon and its spellings, from what was kept of it where that still holds.

    Raises:
        ValueError: where a file is no lexicon.
    """
    kept = cache_folder / f"lexicon-{_digest(folder)}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read(orjson.loads(kept.read_bytes()))
    words = load(folder)
    spelt = index(words.terms)
    with suppress(OSError):
        _keep(kept, words, spelt)
    return words, spelt


def _digest(folder: Path) -> str:
    digest = blake2b(digest_size=8)
    code = files("postings")
    for file in (*sorted(folder.glob("*.toml")), *(code.joinpath(name) for name in _MODULES)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _keep(file: Path, words: Lexicon, spelt: Index) -> None:
    """Write all of it in one go, and remove what older data left."""
    file.parent.mkdir(exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_bytes(orjson.dumps(_plain(words, spelt)))
    draft.replace(file)
    for old in file.parent.glob("lexicon-*.json"):
        if old != file:
            old.unlink(missing_ok=True)


def _plain(words: Lexicon, spelt: Index) -> dict[str, Any]:
    groups = groupby(words.terms, key=lambda term: (term.topic, term.kind, term.language))
    return {
        "digest": words.digest,
        "families": [[one.name, one.members, one.default] for one in words.families],
        "terms": [[*head, [[term.text, term.weight] for term in group]] for head, group in groups],
        "phrases": spelt.phrases,
        "stems": spelt.stems,
        "marked": spelt.marked,
    }


def _read(data: dict[str, Any]) -> tuple[Lexicon, Index]:
    terms = tuple(
        Term(text, Kind(kind), topic, language, weight)
        for topic, kind, language, group in data["terms"]
        for text, weight in group
    )
    families = tuple(Family(name, tuple(members), default) for name, members, default in data["families"])
    return Lexicon(terms, families, data["digest"]), Index(data["phrases"], data["stems"], data["marked"])
