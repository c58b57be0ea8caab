"""The language a posting is written in."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: So much of a text tells; more costs time and seldom changes the answer.
TELLING = 400
#: Fewer letters are mostly a title, whose words travel between languages.
LEAST_LETTERS = 25
#: Of answers at least so sure nearly all are right; below, wrong ones begin.
SURE = 0.8


def language(text: str | None) -> str | None:
    """The ISO 639-1 code of a text's language; None where the text is too short or the answer unsure.

    Args:
        text: plain text, such as a description; its beginning decides.
    """
    beginning = " ".join((text or "")[: 2 * TELLING].split())[:TELLING]
    enough = next(islice(filter(str.isalpha, beginning), LEAST_LETTERS - 1, None), None)
    return _told(beginning) if enough else None


@lru_cache(maxsize=1_000)
def _told(beginning: str) -> str | None:
    """Postings of one employer mostly begin alike."""
    code, sure = _identifier().classify(beginning)
    return str(code) if sure >= SURE and len(code) == 2 else None


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second, only where a text asks

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
