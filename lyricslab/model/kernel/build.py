"""Compile kernel.c to kernel.wasm, after a change; needs `pip install ziglang`.

    python -m lyricslab.model.kernel.build

Nobody else needs a compiler: the result lies beside its source, is the same for every system, and
holds the digest of the source it was made from.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("kernel.c")
COMPILED = Path(__file__).with_name("kernel.wasm")
COMPILER = "0.17.1"
"""The version of ziglang (Clang and LLVM) that compiled the file in the repository."""
FLAGS = (
    *("-target", "wasm32-freestanding", "-mcpu=generic+simd128+relaxed_simd"),
    *("-O3", "-fno-unroll-loops", "-ffreestanding", "-nostdlib", "-Wall", "-Werror"),
    # Keeps one address and fixed offsets in the inner loops; Wasmtime folds these into the loads.
    *("-mllvm", "-disable-lsr"),
    *("-Wl,--no-entry", "-Wl,--strip-all", "-Wl,--export=__heap_base"),
)


def compiled(source: Path = SOURCE) -> bytes:
    """Return the module of a source, with the source's digest in a custom section.

    Raises:
        CalledProcessError: if it does not compile, or there is no compiler.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kernel.wasm"
        command = [sys.executable, "-m", "ziglang", "cc", *FLAGS, "-o", str(out), str(source)]
        subprocess.run(command, check=True)
        return out.read_bytes() + source_section(source)


def source_section(source: Path = SOURCE) -> bytes:
    """Return a custom section "source": 0, its length, its name's length, its name, the digest."""
    text = source.read_bytes().replace(b"\r\n", b"\n")
    content = b"\x06source" + hashlib.sha256(text).digest()
    return bytes([0, len(content)]) + content


if __name__ == "__main__":
    COMPILED.write_bytes(compiled())
    print(f"{COMPILED.name}: {COMPILED.stat().st_size} bytes")
