"""The corpus doctor: what a collection of songs suffers from, and what would put it right.

A `Remedy` mends one fault wherever it stands; `examine` tells what each would change, and applies
those that are switched on. Songs are kept as they came, so every switch can be turned back.
"""
