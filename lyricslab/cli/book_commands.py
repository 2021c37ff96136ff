"""The command that fetches books of Project Gutenberg, or lists the catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.cli.command_helpers import Answer, Commands, add_command, tell
from lyricslab.errors import BookError, ConfigError
from lyricslab.store.home import open_home


def add_to(commands: Commands) -> None:
    """Declare the command."""
    sub = add_command(commands, "books", books, show_books)
    sub.add_argument("ids", nargs="*", metavar="ID", help="a book's number: 1342, or its address")
    sub.add_argument("--theme", help="every book of a theme of the catalogue")
    sub.add_argument("--list", action="store_true", help="show the catalogue; fetch nothing")
    sub.add_argument("--mirror", help="where to fetch from, this once; {id} stands for the number")
    sub.add_argument("--again", action="store_true", help="fetch books again that are here already")


def books(options: argparse.Namespace) -> Answer:
    """Fetch books of Project Gutenberg to pretrain on, or list the catalogue of some."""
    home = open_home()
    if options.list:
        return _listed_books(book_store.books(home), options.theme)
    numbers = catalogue.parse_numbers(" ".join(options.ids))
    if options.theme is not None:
        numbers += [title.id for title in catalogue.theme(options.theme).titles]
    if not numbers:
        raise ConfigError(["Name books by their numbers, or --theme; --list shows some."])
    place = mirror.chosen(home) if options.mirror is None else mirror.checked(options.mirror)
    outcomes = download_job.DownloadJob(
        home,
        numbers,
        place,
        again=options.again,
        on_progress=_tell_book,
        on_outcome=lambda outcome: tell(f"  {outcome.sentence}"),
    ).run()
    failed = [outcome for outcome in outcomes if outcome.card is None]
    if len(failed) == len(outcomes):
        many = f"None of the {len(failed)} books came; the lines above say why."
        raise BookError(failed[0].sentence if len(failed) == 1 else many)
    return {
        "mirror": place,
        "came": _cards(outcomes, "fetched"),
        "here": _cards(outcomes, "present"),
        "failed": [
            {"id": outcome.id, "title": catalogue.name_of(outcome.id), "sentence": outcome.sentence}
            for outcome in failed
        ],
        "sentences": [outcome.sentence for outcome in outcomes],
        "folder": str(home.books),
    }


def _cards(outcomes: Sequence[download_job.BookOutcome], status: str) -> list[Answer]:
    return [asdict(each.card) for each in outcomes if each.card and each.status == status]


def _tell_book(progress: download_job.Progress) -> None:
    """Print a line when a download starts, and when it has to wait."""
    if progress.waiting:
        tell(f"  {progress.waiting}")
    else:
        tell(f"{progress.number} of {progress.of}: {progress.title}")


def _listed_books(cards: Sequence[book_store.BookCard], theme: str | None) -> Answer:
    """Return the catalogue by theme, and the books that are here."""
    present = {card.id for card in cards}
    themes = catalogue.themes() if theme is None else (catalogue.theme(theme),)
    return {
        "themes": [
            {
                "name": each.name,
                "about": each.about,
                "titles": [asdict(title) | {"here": title.id in present} for title in each.titles],
            }
            for each in themes
        ],
        "here": [asdict(card) for card in cards],
    }


def show_books(answer: Answer) -> str:
    """Show the outcome of each book, or the catalogue."""
    if "themes" in answer:
        lines = []
        for theme in answer["themes"]:
            lines.append(f"{theme['name']}: {theme['about']}")
            for title in theme["titles"]:
                mark = " (here)" if title["here"] else ""
                lines.append(f"{title['id']:5d}  {title['title']}, {title['author']}{mark}")
        return "\n".join(lines)
    return "\n".join([*answer["sentences"], f"The texts are in {answer['folder']}."])
