"""The language a posting is written in."""

from __future__ import annotations

from array import array
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

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.tk_nextmove = Moves(identifier.tk_nextmove)
    return identifier


class Moves(dict[int, int]):
    """The model's table of moves from letter to letter, in a quarter of the memory.

    Most rows are like the first one but for a few letters: only those are kept, and moves that were made.
    """

    #: More moves than texts in a handful of languages make are forgotten.
    MOST = 100_000

    def __init__(self, table: array[int]) -> None:
        """Take in a table with a row of 256 moves for each state."""
        import numpy as np

        super().__init__()
        rows = np.frombuffer(table, dtype=f"u{table.itemsize}").reshape(-1, 256)
        self._usual = rows[0].tolist()
        self._letters, self._states, self._starts = b"", array("I"), array("I", [0])
        letters = []
        for start in range(0, len(rows), 1024):
            part = rows[start : start + 1024]
            row, letter = np.nonzero(part != rows[0])
            letters.append(letter.astype(np.uint8).tobytes())
            self._states.frombytes(part[row, letter].astype(np.uint32).tobytes())
            counts = np.bincount(row, minlength=len(part))
            self._starts.extend((self._starts[-1] + np.cumsum(counts)).tolist())
        self._letters = b"".join(letters)

    def __missing__(self, place: int) -> int:
        row, letter = divmod(place, 256)
        at = self._letters.find(letter, self._starts[row], self._starts[row + 1])
        if len(self) >= self.MOST:
            self.clear()
        state = self[place] = self._states[at] if at >= 0 else self._usual[letter]
        return state
