"""Names of columns and keys, in several languages: which hold lyrics, titles, artists, details."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

_PARTS = re.compile(
    r"[\W_]+|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
)
MAX_NAME_WORDS = 4
"""A longer name is a sentence, which may hold any word."""
BY_WORD = 1000.0
"""What a rank grows by where the name has other words too."""


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case without accents: "SongTitle_2" -> song, title, 2."""
    return tuple(_plain(word) for word in _PARTS.split(name) if word)


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _each(names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_plain, names.split())))


SURE_LYRICS = _each(
    "lyrics lyric songtext songtexte liedtext paroles letra letras testo testi liedtekst songtekst "
    "sangtekst texty slova slowa słowa sanat лирика слова 歌詞 歌词 가사 lirik sozleri versuri "
    "dalszoveg stihovi στίχοι كلمات"
)
"""Names of lyrics and of nothing else."""
LYRICS = SURE_LYRICS + _each(
    "text texte texto tekst текст szoveg words poem poems poema poeme gedicht poesia "
    "стихотворение lines zeilen versos paragraphs stanzas strophen sections verses verse strophe "
    "strophes stanza strofa strofe strofy zwrotki verser coupletten estrofas couplets slides body "
    "content line ligne zeile linea verso word completion response output"
)
"""Names that lyrics have, the surest first."""
TITLE = _each(
    "title titles titel titre titulo titolo tytul tytuł название songtitle trackname tracktitle "
    "songname song name names track cancion canción chanson lied canzone piosenka песня 曲名 歌名 "
    "タイトル 标题 제목 naslov otsikko τίτλος nome nombre nom naam namn navn nimi nazwa heading"
)
ARTIST = _each(
    "artist artists artistname author authors singer singers band performer performers writer "
    "writers songwriter songwriters poet poets artiste artistes auteur auteurs artista autor "
    "autores interprete interpret kunstler dichter poeta poete cantor cantante cantautor grupo "
    "banda groupe gruppe zespol zespół wykonawca исполнитель автор поэт 歌手 アーティスト composer "
    "composers"
)
_DETAILS = {
    "album": _each("album albums albumname albumtitle record songbook collection"),
    "key": _each("key keys tonart tonality tonalite tonalidad tonacja"),
    "tags": _each("tags tag keywords keyword themes theme topics topic categories category"),
    "year": _each("year jahr ano anno annee rok год released releasedate"),
    "genre": _each("genre genres genero"),
    "language": _each("language lang sprache langue idioma lingua язык"),
}
"""Names of what else a file says of its songs."""
_BESIDE = frozenset(
    _each(
        "id ids url urls uri link links href path slug image img count counts number num nr no "
        "year date length language lang type kind state status index hash source rating score "
        "rank key views position offset"
    )
)
"""With one of these words, a name speaks of something beside the lyrics, title or artist."""
_ABOUT = frozenset(
    _each(
        "comment comments annotation annotations description descriptions note notes translation "
        "translations about bio biography summary copyright media user users contributor "
        "contributors review reviews credits license chords prev previous next footnote "
        "footnotes meaning explanation abstract help"
    )
)
"""Names of words about a song."""
_NAMING = frozenset(_each("name names title titles titel titre titulo nome nombre full display"))
_TITLE_HEADS = frozenset(_each("title titles titel titre titulo titolo name names heading"))


def lyrics_rank(path: str) -> float | None:
    """Return how surely a name is that of lyrics, 0 being the surest; None if it is not."""
    if is_about(path):
        return None
    last, both = _ends(path)
    if _TITLE_HEADS & {*last} or (rank(ARTIST, last) is not None and rank(LYRICS, last) is None):
        return None
    named = [last] if _is_detail(last) or _BESIDE & {*last} else [last, both]
    ranks = [_rank_of_lyrics(name) for name in named]
    return min((each for each in ranks if each is not None), default=None)


def _rank_of_lyrics(name: Sequence[str]) -> float | None:
    """Return a rank; "raw_lyrics" is surer than "lines", and "lines" than "all_lines"."""
    sure = rank(SURE_LYRICS, name)
    if sure is not None:
        return sure / BY_WORD
    return rank(LYRICS, name)


def title_rank(path: str) -> float | None:
    """Return how surely a name is that of titles, 0 being the surest; None if it is not."""
    last, both = _ends(path)
    around = {*both[: len(both) - len(last)]} if {*last} <= _NAMING else set[str]()
    if (_ABOUT | _OTHER_NAMED) & (around | {*last}):
        return None
    return rank(TITLE, last)


def artist_rank(path: str) -> float | None:
    """Return how surely a name is that of artists, 0 being the surest; None if it is not."""
    last, both = _ends(path)
    if _ABOUT & {*last}:
        return None
    return rank(ARTIST, both if {*last} <= _NAMING else last)


def detail_of(path: str) -> str | None:
    """Return which detail of a song a name stands for, such as "album"; None if none."""
    last, both = _ends(path)
    around = both[: len(both) - len(last)]
    of_album = {*last} <= _NAMING and "album" in around
    named = around if of_album else [word for word in last if word not in _NAMING]
    return next(
        (detail for detail, known in _DETAILS.items() if "".join(named) in known),
        None,
    )


def keys(path: str) -> list[str]:
    """Return the keys of a path, such as "song.lyrics"; a dot may also end the name of a column."""
    return [key for key in path.split(".") if key.strip()]


def is_about(path: str) -> bool:
    """Return whether a name is that of words about a song, such as comments."""
    return any(word in _ABOUT for key in keys(path)[-2:] for word in words(key))


def is_beside(path: str) -> bool:
    """Return whether a name speaks of numbers, links or kinds, not of words."""
    return bool(_BESIDE & {*_ends(path)[0]})


def is_column_name(name: str) -> bool:
    """Return whether a name is one that columns have."""
    return any(rank(known, words(name)) is not None for known in (LYRICS, TITLE, ARTIST))


def rank(known: Sequence[str], name: Sequence[str]) -> float | None:
    """Return the place of a name among known ones, later where only a word of it is known."""
    joined = "".join(name)
    if joined in known:
        return float(known.index(joined))
    bare = [word for word in name if not word.isdigit()]
    if not bare or len(name) > MAX_NAME_WORDS or _BESIDE & {*bare}:
        return None
    return min((BY_WORD + known.index(word) for word in bare if word in known), default=None)


def _ends(path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of the last key of a path, and of the last two."""
    *around, last = keys(path) or [""]
    return words(last), (*(words(around[-1]) if around else ()), *words(last))


def _is_detail(name: Sequence[str]) -> bool:
    return any("".join(name) in known for known in _DETAILS.values())


_OTHER_NAMED = frozenset({*ARTIST, "album", "albums"})
