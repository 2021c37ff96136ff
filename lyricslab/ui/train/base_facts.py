"""Everything that is known about a base, folded away."""

from __future__ import annotations

import streamlit as st

from lyricslab.model.card import Card
from lyricslab.wording import duration


def base_facts(card: Card, title: str) -> None:
    """Show what a base read, how well it knows such texts, and where it comes from."""
    losses = {"validation": card.val_nats_per_char, "test": card.test_nats_per_char}
    spoken = ", ".join(f"{v:.3f} on {k}" for k, v in losses.items() if v is not None)
    # A card counts the texts that were learned from; its sentence, all that were read in.
    learned = f"{card.songs:,} songs or pieces of these, {card.characters:,} characters"
    facts = {
        "Base": f"{title} ({card.name})",
        "Texts": card.reads,
        "Learned from": card.songs and f"{learned}; the rest was kept to check and judge it",
        "Loss on texts like those it read": spoken and f"{spoken} (nats/char)",
        "Trained": f"{card.steps:,} steps in {duration(card.seconds)}" if card.steps else "",
        "Licence": card.licence,
        "Made by": card.command,
    }
    st.text("\n".join(f"{name}: {value}" for name, value in facts.items() if value))
    if card.sources:
        with st.container(height=220):
            st.text("\n".join(card.sources))
