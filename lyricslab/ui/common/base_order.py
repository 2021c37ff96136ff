"""The order of bases wherever one is chosen, and which is selected at first."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.library.bases import is_shipped, list_bases
from lyricslab.model.card import Card
from lyricslab.store.home import Home

PREFERRED = ("songs-256", "songs")
"""Chosen at first, the first of them that is here. Tuned, the one of 256 units comes 24 to 31 %
below a network from nothing and the one of 64 units 15 to 24 % (README, What to expect), for some
twenty seconds of fifty songs instead of ten. The largest knows more still, 29 to 33 %, and takes a
minute.
"""


def in_order(home: Home) -> list[Card]:
    """Return every base: the person's own first, the newest on top; then those that ship."""
    cards = list_bases(home)
    own = [card for card in cards if not is_shipped(home, card.name)]
    ours = [card for card in cards if is_shipped(home, card.name)]
    own.sort(key=came_at, reverse=True)
    ours.sort(key=lambda card: (not card.lyrics, card.model.parameters, card.name))
    return own + ours


def came_at(card: Card) -> str:
    """Return when a base was added to this library, as UTC text; "" if that is not known."""
    imported = card.details.get("imported")
    at = imported.get("at") if isinstance(imported, dict) else None
    return at if isinstance(at, str) else card.created_at


def preferred(cards: Sequence[Card]) -> Card:
    """Return the base that is selected at first."""
    by_name = {card.name: card for card in cards}
    return next((by_name[name] for name in PREFERRED if name in by_name), cards[0])
