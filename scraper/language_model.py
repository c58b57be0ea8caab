"""py3langid's model, read from a file on disk as far as texts need it: whole, it takes 70 MB of memory."""

from __future__ import annotations

import lzma
import os
import shutil
import struct
import tempfile
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

if TYPE_CHECKING:
    import numpy as np
    from py3langid.langid import LanguageIdentifier

#: The part of a zip file's local header before the name, and where in it the lengths of name and extra field stand.
_LOCAL, _LENGTHS = 30, 26
#: More moves than texts in a handful of languages make are forgotten; so are rows of weights.
_MOVES, _ROWS = 100_000, 20_000


def identifier() -> LanguageIdentifier:
    """What tells languages, with a probability for each.

    Its large tables lie in a temporary file without a name, which is gone when this process is.
    """
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier  # half a second

    file = tempfile.TemporaryFile()  # noqa: SIM115
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        shutil.copyfileobj(packed, file, 1 << 20)
    with ZipFile(file) as archive:
        tables = {member.filename.removesuffix(".npy"): Table(file, archive, member) for member in archive.infolist()}
    small = {name: tables[name].whole().tolist() for name in ("classes", "out_feat", "nextmove_row")}
    moves = Moves(tables["nextmove"])
    return LanguageIdentifier(
        *(Weights(tables["ptc"]), tables["pc"].whole(), small["classes"], moves, small["out_feat"]),
        tk_row=small["nextmove_row"],
        norm_probs=True,
    )


class Table:
    """An array that lies uncompressed in an archive of numpy's."""

    def __init__(self, file: IO[bytes], archive: ZipFile, member: ZipInfo) -> None:
        """Find it in the open file of the archive."""
        import numpy as np

        with archive.open(member) as head:
            np.lib.format.read_magic(head)
            self.shape, _, self.kind = np.lib.format.read_array_header_1_0(head)
            begins = head.tell()
        file.seek(member.header_offset + _LENGTHS)
        name, extra = struct.unpack("<HH", file.read(4))
        self._file, self._begins = file, member.header_offset + _LOCAL + name + extra + begins

    def part(self, first: int, count: int) -> np.ndarray[Any, Any]:
        """So many of its numbers, counted as if it had one dimension."""
        import numpy as np

        size = self.kind.itemsize
        return np.frombuffer(os.pread(self._file.fileno(), count * size, self._begins + first * size), self.kind)

    def whole(self) -> np.ndarray[Any, Any]:
        """All of it, as it is shaped."""
        return self.part(0, int(self.shape[0]) * (self.shape[1] if len(self.shape) > 1 else 1)).reshape(self.shape)


class Moves(dict[int, int]):
    """The model's moves from state to state, by place in their table: those that were made."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, place: int) -> int:
        if len(self) >= _MOVES:
            self.clear()
        state = self[place] = int(self._table.part(place, 1)[0])
        return state


class Weights:
    """What each feature of a text says for each language: the rows of those features that came up."""

    def __init__(self, table: Table) -> None:
        columns = table.shape[1]
        self._row = lru_cache(_ROWS)(lambda feature: table.part(feature * columns, columns))

    def __getitem__(self, features: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        import numpy as np

        return np.stack([self._row(feature) for feature in features.tolist()])
