"""Where the arrays of an index grow: in memory, or in files that are mapped."""

import os
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_HEADER = 128  # bytes of a .npy header of a one- or two-dimensional array, as numpy pads it


class Sink(Protocol):
    """Arrays by name: appended to while they grow, then asked for."""

    arrays: dict[str, Array]

    def append(self, name: str, values: Array) -> None:
        """Append values; the first ones set the type (and the columns of a table)."""

    def array(self, name: str, dtype: Any, columns: int = 0) -> Array:
        """Return what was appended (nothing: an empty array of that type)."""

    def new(self, name: str, dtype: Any, shape: int | tuple[int, ...]) -> Array:
        """Return a new array of zeros."""

    def close(self) -> None:
        """See to it that everything is kept."""


class MemorySink:
    """Arrays in memory."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Array]] = {}
        self.arrays: dict[str, Array] = {}

    def append(self, name: str, values: Array) -> None:
        """Append values."""
        self._parts.setdefault(name, []).append(values)

    def array(self, name: str, dtype: Any, columns: int = 0) -> Array:
        """Return what was appended."""
        if name not in self.arrays:
            parts = self._parts.pop(name, [])
            empty = np.empty((0, columns) if columns else 0, dtype)
            self.arrays[name] = np.ascontiguousarray(np.concatenate(parts) if parts else empty)
        return self.arrays[name]

    def new(self, name: str, dtype: Any, shape: int | tuple[int, ...]) -> Array:
        """Return a new array of zeros."""
        self.arrays[name] = np.zeros(shape, dtype)
        return self.arrays[name]

    def close(self) -> None:
        """Nothing is kept."""


class FolderSink:
    """Arrays in a folder, one .npy file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, tuple[BinaryIO, Any, int]] = {}
        self.arrays: dict[str, Array] = {}

    def append(self, name: str, values: Array) -> None:
        """Append values."""
        if name not in self._open:
            file = (self.folder / f"{name}.npy").open("wb")
            file.write(b"\0" * _HEADER)
            self._open[name] = (file, values.dtype, values.shape[1] if values.ndim == 2 else 0)
        self._open[name][0].write(np.ascontiguousarray(values).data)

    def array(self, name: str, dtype: Any, columns: int = 0) -> Array:
        """Return what was appended, mapped."""
        if name in self.arrays:
            return self.arrays[name]
        if name not in self._open:
            return self.new(name, dtype, (0, columns) if columns else 0)
        file, kind, wide = self._open.pop(name)
        n = (file.tell() - _HEADER) // kind.itemsize
        shape = (n // wide, wide) if wide else (n,)
        file.seek(0)
        np.lib.format.write_array_header_1_0(file, {
            "descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": shape})
        assert file.tell() == _HEADER, "numpy pads its headers otherwise"
        file.close()
        self.arrays[name] = mapped(self.folder / f"{name}.npy", "r+")
        return self.arrays[name]

    def new(self, name: str, dtype: Any, shape: int | tuple[int, ...]) -> Array:
        """Return a new array of zeros, mapped."""
        path = self.folder / f"{name}.npy"
        if np.prod(shape) == 0:
            np.save(path, np.zeros(shape, dtype))
            self.arrays[name] = np.zeros(shape, dtype)
        else:
            whole = shape if isinstance(shape, tuple) else (shape,)
            self.arrays[name] = np.lib.format.open_memmap(
                path, "w+", dtype, whole)
        return self.arrays[name]

    def close(self) -> None:
        """Write everything to the disk."""
        for array in self.arrays.values():
            if isinstance(array, np.memmap):
                array.flush()
        for path in self.folder.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def mapped(path: Path, mode: Any = "r") -> Array:
    """Return the array of a .npy file, mapped; an empty one is read (nothing maps no bytes)."""
    try:
        return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))
    except ValueError:
        found = np.load(path, allow_pickle=False)
        if found.size:
            raise
        return np.asarray(found)
