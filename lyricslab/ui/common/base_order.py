"""The order of bases wherever one is chosen."""

from __future__ import annotations

from lyricslab.library.bases import is_shipped, list_bases
from lyricslab.model.card import Card
from lyricslab.store.home import Home


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
