"""What was assumed while reading: the same notes however a file is cut into chunks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = tuple[int, ...]
"""Where a note stands among the others: (OF_FILE, k), (OF_COLUMN, k), ..."""

OF_FILE, OF_COLUMN, OF_ROWS, OF_PLACES = range(4)
_MOST_RENAMED = 5  # words of a column told one by one; ours
_MOST_ROWS = 8  # rows told one by one; ours


@dataclass(slots=True)
class Notes:
    """Notes of a file, collected over its chunks."""

    _said: set[tuple[Place, str]] = field(default_factory=set)
    _counts: dict[tuple[Place, str], int] = field(default_factory=dict)
    _rows: dict[tuple[Place, str], list[int]] = field(default_factory=dict)
    _renamed: dict[tuple[Place, str], dict[str, str]] = field(default_factory=dict)

    def say(self, place: Place, text: str) -> None:
        """Note a text, once."""
        self._said.add((place, text))

    def count(self, place: Place, template: str, n: int) -> None:
        """Note a text whose ``{n}`` is the sum over all chunks."""
        if n:
            self._counts[place, template] = self._counts.get((place, template), 0) + n

    def rows(self, place: Place, template: str, rows: Iterable[int]) -> None:
        """Note a text whose ``{n}`` counts rows of the file and whose ``{rows}`` names them."""
        if found := [int(row) for row in rows]:
            self.count(place, template, len(found))
            self._rows.setdefault((place, template), []).extend(found[:_MOST_ROWS + 1])

    def renamed(self, place: Place, header: str, pairs: Mapping[str, str]) -> None:
        """Note which words of a column were read as which codes, where they are few in all."""
        known = self._renamed.setdefault((place, header), {})
        if len(known) <= _MOST_RENAMED:
            known.update(pairs)

    def all(self) -> list[str]:
        """Return the notes in order."""
        notes = [*self._said]
        notes += [(place, template.replace("{n}", str(n)).replace("{rows}", self._named(key)))
                  for key, n in self._counts.items() for place, template in [key]]
        notes += [((*place, 1), f"{header}: " + ", ".join(
            f"{word} = {code}" for word, code in sorted(pairs.items())))
            for (place, header), pairs in self._renamed.items()
            if 0 < len(pairs) <= _MOST_RENAMED]
        return [text for _, text in sorted(notes)]

    def _named(self, key: tuple[Place, str]) -> str:
        rows = self._rows.get(key, [])
        return ", ".join(map(str, rows[:_MOST_ROWS])) + ", ..." * (len(rows) > _MOST_ROWS)
