"""The shipped lexicon with all its spellings, written out once and then kept beside Python's own compiled files."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from importlib.util import source_hash
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import orjson

from postings.lexicon import Family, Kind, Lexicon, Term, load
from postings.matcher import Index, index

#: What the spellings depend on besides the data.
_MODULES = ("folding.py", "matcher.py", "lexicon/__init__.py", "lexicon/compiled.py", "lexicon/spellings.py")


#: The phrases of so many codes are kept in a line.
_PART = 500
#: Stands between texts that are kept as one; none holds it.
_JOINT = "\n"


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
    kept = cache_folder / f"lexicon-{_digest(folder)}.jsonl"
    with suppress(OSError, ValueError, KeyError, TypeError, StopIteration), kept.open("rb") as lines:
        return _read(lines)
    words = load(folder)
    spelt = index(words.terms)
    with suppress(OSError):
        _keep(kept, words, spelt)
    return words, spelt


def _digest(folder: Path) -> str:
    code = files("postings")
    parts = (*sorted(folder.glob("*.toml")), *(code.joinpath(name) for name in _MODULES))
    return source_hash(b"".join(file.read_bytes() for file in parts)).hex()


def _keep(file: Path, words: Lexicon, spelt: Index) -> None:
    """Write all of it in one go, and remove what older data left."""
    file.parent.mkdir(exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as lines:
        lines.writelines(orjson.dumps(part) + b"\n" for part in _parts(words, spelt))
    draft.replace(file)
    for old in file.parent.glob("lexicon-*.json*"):
        if old != file:
            old.unlink(missing_ok=True)


def _parts(words: Lexicon, spelt: Index) -> Iterator[Any]:
    """All of it as plain data, a part a line, long lists as one text: so reading it takes the least memory."""
    families = [[one.name, one.members, one.default] for one in words.families]
    yield {"digest": words.digest, "families": families, "phrases": len(spelt.phrases)}
    groups = groupby(words.terms, key=lambda term: (term.topic, term.kind, term.language))
    listed = ((head, list(group)) for head, group in groups)
    yield [[*head, _JOINT.join(one.text for one in group), [one.weight for one in group]] for head, group in listed]
    yield [[lengths, _JOINT.join(heads)] for lengths, heads in spelt.heads]
    yield [spelt.stems, spelt.marked]
    yield {phrase: codes for phrase, codes in spelt.phrases.items() if isinstance(codes, list)}
    by_code: dict[int, list[str]] = defaultdict(list)
    for phrase, code in spelt.phrases.items():
        if isinstance(code, int):
            by_code[code].append(phrase)
    left = iter(by_code.items())
    while part := list(islice(left, _PART)):
        yield [[code, _JOINT.join(phrases)] for code, phrases in part]


def _read(lines: Iterator[bytes]) -> tuple[Lexicon, Index]:
    """What ``_parts`` made; ValueError where some of it is missing."""
    start = orjson.loads(next(lines))
    families = tuple(Family(name, tuple(members), default) for name, members, default in start["families"])
    terms = tuple(_terms(orjson.loads(next(lines))))
    heads = [(lengths, together.split(_JOINT)) for lengths, together in orjson.loads(next(lines))]
    stems, marked = orjson.loads(next(lines))
    phrases: dict[str, int | list[int]] = orjson.loads(next(lines))
    for line in lines:
        for code, together in orjson.loads(line):
            phrases.update(dict.fromkeys(together.split(_JOINT), code))
    if len(phrases) != start["phrases"]:
        raise ValueError("phrases are missing")
    return Lexicon(terms, families, start["digest"]), Index(phrases, stems, marked, heads)


def _terms(groups: Iterable[Any]) -> Iterator[Term]:
    for topic, kind, language, texts, weights in groups:
        for text, weight in zip(texts.split(_JOINT), weights, strict=True):
            yield Term(text, Kind(kind), topic, language, weight)
