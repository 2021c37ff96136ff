"""`python -m lyricslab`: the lab without a browser."""

import sys

from lyricslab.cli import main

sys.exit(main())
