"""The language a posting is written in."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from scraper.language_model import identifier

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: So much of a text tells; more costs time and seldom changes the answer.
TELLING = 400
#: Fewer letters are mostly a title, whose words travel between languages.
LEAST_LETTERS = 25
#: Small words of the two languages that nearly all postings are written in, and of others that have some of them too.
_ENGLISH = (
    "the and of to for with our you we us is are will your on this that as be by from at have an or who has their it "
    "its can all more into about which these new they also not help work"
)
_GERMAN = (
    "und der die das den dem des mit für wir sie ihr dich dein deine deinen ein eine einen einer einem von zu zur zum "
    "auf ist sind bei unser unsere unseren oder nicht als im am du wie auch sich aus werden wird"
)
_OTHER = (
    "de la le les et en que el los las un una y o os da dos e di il che van het een voor og och er det "
    "til som av att på i je"
)
_SMALL = {
    word: code for code, words in (("en", _ENGLISH), ("de", _GERMAN), ("other", _OTHER)) for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")
#: A text is clearly written in a language that so many of its words are small ones of, one in so many, and so many for
#: each of another language.
_FEWEST, _ONE_IN, _FOR_EACH = 8, 8, 4
#: Of answers at least so sure nearly all are right; below, wrong ones begin.
SURE = 0.8


def language(text: str | None) -> str | None:
    """The ISO 639-1 code of a text's language; None where the text is too short or the answer unsure.

    Args:
        text: plain text, such as a description; its beginning decides.
    """
    beginning = " ".join((text or "")[: 2 * TELLING].split())[:TELLING]
    enough = next(islice(filter(str.isalpha, beginning), LEAST_LETTERS - 1, None), None)
    return (_clearly(beginning) or _told(beginning)) if enough else None


def _clearly(beginning: str) -> str | None:
    """English or German, where its small words say so: seven times as quick as the model, and less to load."""
    words = _WORD.findall(beginning.lower())
    found = Counter(map(_SMALL.get, words))
    code, other = ("en", "de") if found["en"] >= found["de"] else ("de", "en")
    enough = max(_FEWEST, len(words) / _ONE_IN, _FOR_EACH * (found[other] + found["other"]))
    return code if found[code] >= enough else None


@lru_cache(maxsize=1_000)
def _told(beginning: str) -> str | None:
    """Postings of one employer mostly begin alike."""
    code, sure = _model().classify(beginning)
    return str(code) if sure >= SURE and len(code) == 2 else None


@cache
def _model() -> LanguageIdentifier:
    return identifier()
