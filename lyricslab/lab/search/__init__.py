"""Which weights to retrain (Sec. 5): searched among parts of layers, held against whole ones.

    python -m lyricslab search SONGS --base songs --split 1/3,1/3,1/3 --seeds 5 --json > search.json

or the page of the paper begins it, and the engine carries it on: greedy forward selection over
matrices and over gates within the weights of one upper layer, every subset of layers, low-rank
changes, ULMFiT; 250 to 400 runs of the preset Studio.
"""
