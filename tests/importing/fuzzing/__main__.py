"""Damage valid files of each reader and read them: `python -m tests.importing.fuzzing`.

    python -m tests.importing.fuzzing [READER ...] [--count 20000] [--seed 0] [--keep FOLDER]

Each file is read in a child process that may use 1.5 GB and 30 s of a core. Anything but songs or
one of our errors is printed with the number of its case; `--seed N --count 1` repeats case N.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.importing.fuzzing.children import Failure, Reading
from tests.importing.fuzzing.mutations import mutated
from tests.importing.fuzzing.seed_files import seed_files


def main() -> int:
    """Read damaged files of the named readers, or of all; return 1 if any failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.importing.fuzzing", description=__doc__)
    parser.add_argument("readers", nargs="*", metavar="READER")
    parser.add_argument("--count", type=int, default=20_000, help="cases of each reader")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first case")
    parser.add_argument("--keep", type=Path, help="a folder for the files that failed")
    options = parser.parse_args()
    files = seed_files()
    unknown = [name for name in options.readers if name not in files]
    if unknown:
        parser.error(f"there is no reader '{unknown[0]}'; there are {', '.join(files)}")
    failed = 0
    with Reading() as reading:
        for reader in options.readers or list(files):
            report = reading.run(reader, options.seed, options.count)
            failed += len(report.failures)
            print(
                f"{reader}: {report.cases:,} cases, {report.read:,} read, {report.refused:,} "
                f"refused, {len(report.failures)} failed; slowest {report.slowest_s:.1f} s (case "
                f"{report.slowest}), most memory {report.peak_mb:,} MB (case {report.largest})",
                flush=True,
            )
            for failure in report.failures:
                _tell(reader, failure, options.keep)
    return 1 if failed else 0


def _tell(reader: str, failure: Failure, folder: Path | None) -> None:
    """Print a failure and how to repeat it; keep its file where asked."""
    print(f"  {reader} case {failure.number}: {failure.what}")
    print(f"    python -m tests.importing.fuzzing {reader} --seed {failure.number} --count 1")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        files = seed_files()[reader]
        name, data = files[failure.number % len(files)]
        place = folder / f"{reader}_{failure.number}_{name}"
        place.write_bytes(mutated(name, data, failure.number))
        print(f"    {place}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
