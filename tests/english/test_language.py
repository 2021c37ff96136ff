"""The language of a song is found from its words; vocables count for none.

Every text here was written for these tests.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.english.language import ENGLISH, MIN_WORDS, language
from lyricslab.songs.fold import fold

ENGLISH_SONGS = {
    "plain": """The kettle's on, the cat's asleep,
        I'm counting all the boats for you.
        The tide is low, the stairs are steep,
        And every second step is new.""",
    "slang": """Ain't nobody gonna tell me how to ride tonight
        Shawty got the windows down, the bass is outta sight
        I'm finna text ya, lemme know, y'all wanna roll or nah
        My homies in the backseat hollerin' brrrt, skrrt, grrah""",
    "ballad": """O wha will tie my bonnie shoon,
        And wha will glove my hand, O,
        Since my true love is o'er the sea
        And winna come to land, O?
        He hath ta'en leave of thee, my dear,
        Thou shalt not see him more""",
    "dropped letters": """Singin' an' swayin' an' rollin' along
        Somethin' about ya keeps hummin' my song
        Leavin' the mornin' with nothin' to lose
        Walkin' an' talkin' an' scuffin' my shoes""",
    "names": """Marisol and Thibault and Anneke drove
        Past Gwendoline's mother and Zbigniew's stove
        To Oberammergau, down to Kilkenny and Ghent
        And nobody told us which way that they went""",
    "no apostrophes": """dont you know i cant stay long
        im the one who wrote this song
        it isnt much it wasnt free
        youre the one it didnt see""",
    "rap": """Yo, I been up since dawn, grindin' like it's rent day
        Bruh keep askin' 'bout the bread, I'm like, "been paid"
        Skrrt in the whip, nah, I ain't even trippin'
        Granny in the kitchen wit' the cornbread drippin'""",
    "patois": """Mi deh pon di corner wid mi bredren dem a night
        Gyal come dung di road an she a hol' mi han' tight
        Wi nah go worry bout di babylon or di rain
        Mi seh one love an wi a go sing it again""",
    "text messages": """u kno i luv u 2 much 4 real
        ur txt came thru n now i feel
        idk y ppl gotta b so cold
        lol im jus tryna not get old""",
    "Tyneside": """Haway man, wor lad's gan doon the toon the neet
        Wi' his marra and his bairn and a stottie to eat
        He divvent knaa the waa yem, like, the daft wee lad
        But his canny old mam is the best he's ever had""",
}

OTHERS = {
    "Spanish": """La casa está vacía y no sé dónde estás,
        el niño de la calle ya no quiere cantar.
        Mañana por la tarde volveré a preguntar
        si tú todavía guardas mi llave y mi pan.""",
    "French": """C'est la pluie qui m'a dit que tu ne viendrais pas,
        j'ai laissé la fenêtre ouverte sur le toit.
        Où sont passés les jours où l'on dansait tout bas,
        je garde ta chaussure et l'été dans mes bras.""",
    "German": """Über dem Fluss hängt noch ein kleines Licht,
        ich warte schon so lang und du kommst nicht.
        Für dich hab ich den Ofen angemacht,
        und draußen geht der Schnee durch meine Nacht.""",
    "Italian": """La finestra della cucina è ancora aperta,
        e non so più che cosa dire alla gente.
        Tu sei partita con la mia coperta,
        io resto qui e non mi resta niente.""",
    "Portuguese": """Não sei por que você não fica mais aqui,
        a chuva já chegou e eu nem percebi.
        Deixei a minha mala do lado do portão,
        também deixei o sono e o meu violão.""",
    "Dutch": """Ik heb de hele nacht aan jou gedacht,
        de trein is weg en niemand die nog wacht.
        Je jas hangt hier nog altijd bij de deur,
        maar alles in dit huis verliest zijn kleur.""",
    "Swedish": """Jag går längs älven när det blir kväll,
        och du är inte här men jag hör dig ändå.
        Det finns en stol för dig vid mitt bord,
        men jag vet att du aldrig kommer hem.""",
    "Norwegian or Danish": """Jeg går langs elven når det blir kveld,
        og du er ikke her, men jeg hører deg likevel.
        Det står en stol til deg ved bordet mitt,
        men jeg vet at du aldri kommer hjem igjen.""",
    "Polish": """Nie wiem, gdzie jesteś, gdy pada znów deszcz,
        na stole zostały dwie szklanki i klucz.
        Już nigdy nie powiem ci tego, co chcę,
        bo twoje milczenie jest większe niż noc.""",
    "Russian": """Я не знаю, где ты теперь, и когда
        у меня на столе остывает вода.
        Ты сказала мне: жди, это только зима,
        но уже и весна не приходит сама.""",
    "Finnish": """Minä olen vielä täällä ja sinä olet pois,
        kun ilta tulee pihaan, en tiedä mitä vois.
        Jos vain et ole yksin, niin kaikki on hyvin,
        mutta minun on ikävä, se on niin syvin.""",
    "Turkish": """Bir gece daha geçti ve sen yoksun burada,
        benim için bu şehir çok sessiz sonra da.
        Neden gittin bana hiç bir şey demeden,
        ben seni beklerim her sabah yeniden.""",
    "Latin": """Et lux in tenebris non est sine te,
        qui mare et terra nobis dedit pacem.
        Nunc omnes canunt ad portam domini,
        sed quid est in corde, deus, nos scit.""",
    "Welsh": """Mae'r glaw yn y cwm ac mae'r nos ar fy nhy,
        ond nid oes un golau yn aros i mi.
        Pan ddaw yr haf eto, bydd cân yn y coed,
        a fi gyda chi fel y buom erioed.""",
    "Japanese": """わたし は まだ ここ に いる よ
        きみ の うた を きいて いる
        あめ の よる も ずっと ひとり で
        この まち の どこ か で""",
    "Ukrainian": """Я не знаю, де ти зараз, і коли
        на столі холоне чай без тебе
        ти сказала: почекай, мине зима
        але вже й весна не йде сама""",
    "Greek": """Δεν ξέρω πού είσαι απόψε
        η βροχή πέφτει στο λιμάνι
        άφησα το φως αναμμένο
        και περιμένω να γυρίσεις""",
    "Czech": """Nevím, kde jsi, a venku zase prší déšť,
        na stole zůstal tvůj hrnek a klíč.
        Už nikdy mi neřekneš, kam jsi chtěla jít,
        ale já tu pořád jsem a čekám dál.""",
    "Romanian": """Nu știu unde ești și de ce ai plecat,
        ploaia bate în geam și eu n-am mai cântat.
        Am lăsat lumina să ardă pentru tine,
        dar noaptea e lungă și nimeni nu vine.""",
    "Hungarian": """Nem tudom, hol vagy, és az eső csak esik,
        az ablakban a lámpa még mindig ég.
        Ha egyszer visszajössz, én itt leszek,
        de most csak a csend van velem.""",
    "Indonesian or Malay": """Aku tidak tahu di mana kau sekarang,
        hujan turun lagi dan malam ini panjang.
        Di rumah yang sepi ini aku menunggu,
        tapi kau tidak akan kembali padaku.""",
    "Tagalog": """Hindi ko alam kung nasaan ka na ngayon,
        ang ulan sa bubong ay parang awit ko.
        Kung babalik ka pa sa akin balang araw,
        ang puso ko ay naghihintay lang sa iyo.""",
    "Irish or Gaelic": """Tá an ghrian ag dul faoi ar an mhuir,
        agus níl aon duine anseo liom.
        Bhí tú ag caint leis an oíche,
        ach níl mo chroí sa teach.""",
}

SPELLED_OUT = {
    "German": """Ueber dem Fluss haengt noch ein kleines Licht
        ich warte schon so lange und du kommst nicht
        fuer dich hab ich den Ofen angemacht
        und draussen geht der Schnee durch meine Nacht""",
    "French": """cest la pluie qui ma dit que tu ne viendrais pas
        jai laisse la fenetre ouverte sur le toit
        ou sont passes les jours ou lon dansait tout bas
        je garde ta chaussure et lete dans mes bras""",
    "Norwegian or Danish": """Jeg ved ikke, hvor du er i nat,
        og regnen falder over havet nu.
        Der står en stol til dig ved mit bord,
        men du kommer aldrig hjem igen.""",
    "Spanish": "Te quiero más que a mi vida, corazón",
}

VOCABLES = """La la la la la, la la la
    Oh oh oh, whoa oh, yeah yeah
    Na na na na, hey hey hey
    Da doo ron ron, sha la la la
    Fa la la la la, hmm, ooh ooh ah"""


@pytest.mark.parametrize("text", ENGLISH_SONGS.values(), ids=ENGLISH_SONGS)
def test_english_of_all_kinds_is_english(text: str) -> None:
    for written in (text, text.upper(), text.lower(), text.replace("'", "\u2019")):
        guess = language(written)
        assert guess.language == ENGLISH
        assert guess.english_share == 1.0 and guess.other is None


@pytest.mark.parametrize(("name", "text"), OTHERS.items(), ids=OTHERS)
def test_other_languages_are_named_folded_or_not(name: str, text: str) -> None:
    for written in (text, fold(text).text, text.upper(), fold(text.upper()).text):
        guess = language(written)
        assert (guess.language, guess.other) == (name, name)
        assert guess.english_share < 0.2


@pytest.mark.parametrize(("name", "text"), SPELLED_OUT.items(), ids=SPELLED_OUT)
def test_other_spellings_and_short_songs_too(name: str, text: str) -> None:
    assert language(text).language == language(fold(text).text).language == name


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Hello, my dear", "Que sera", "1999 ... 2000", VOCABLES]
)
def test_too_little_to_say(text: str) -> None:
    guess = language(text)
    assert guess.language is None and guess.other is None
    assert guess.words < MIN_WORDS and guess.english_share == 1.0


@pytest.mark.parametrize(
    ("text", "name"),
    [(ENGLISH_SONGS["plain"], ENGLISH), (OTHERS["Spanish"], "Spanish"), (OTHERS["Dutch"], "Dutch")],
)
def test_vocables_count_for_no_language(text: str, name: str) -> None:
    alone = language(text)
    mixed = language(f"{VOCABLES}\n\n{text}\n\n{VOCABLES}\n{VOCABLES}")
    assert mixed.language == name
    assert mixed.english_share == pytest.approx(alone.english_share, abs=0.1)
    assert mixed.words <= alone.words + MIN_WORDS


@pytest.mark.parametrize("name", ["Spanish", "French", "German", "Portuguese", "Polish"])
def test_a_chorus_in_another_language_counts_by_its_words(name: str) -> None:
    verse, chorus = ENGLISH_SONGS["plain"], fold(OTHERS[name]).text
    share = len(verse.split()) * 2 / (len(verse.split()) * 2 + len(chorus.split()))
    mixed = language(f"{verse}\n\n{chorus}\n\n{verse}")
    assert mixed.language == ENGLISH and mixed.other == name
    assert mixed.english_share == pytest.approx(share, abs=0.07)
    reverse = language(f"{chorus}\n\n{verse}\n\n{chorus}\n\n{chorus}")
    assert reverse.language == name
    assert reverse.english_share == pytest.approx(
        1 - len(chorus.split()) * 3 / (len(chorus.split()) * 3 + len(verse.split())), abs=0.07
    )


def test_a_foreign_word_or_two_does_not_make_a_song_foreign() -> None:
    text = """She said adios and c'est la vie, I said hasta la vista too,
        And all the way to Santa Fe the radio played the blues"""
    assert language(text).language == ENGLISH


def test_an_unknown_language_is_not_english_and_has_no_name() -> None:
    made_up = "Vorku smelt abrindi tokkel\nzuun parifa grelmo strabba\nquelk vorin dattuf mirgol"
    guess = language(made_up)
    assert guess.english_share == 0.0
    assert guess.language is None and guess.other is None


@given(st.text(max_size=300))
def test_any_text_gets_a_share(text: str) -> None:
    guess = language(text)
    assert 0.0 <= guess.english_share <= 1.0
    assert guess.words >= 0
