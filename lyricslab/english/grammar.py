"""A few hundred small words of English and what they do in a line; lists of our own making.

Enough to say by rule whether a line has the form of a clause (`sense`), and no more: there are no
nouns here, and of the verbs only those that songs use again and again.
"""

from __future__ import annotations

from collections.abc import Mapping

Persons = frozenset[str]

SUBJECTS: Mapping[str, str] = {
    "i": "first",
    "you": "plural",
    "we": "plural",
    "they": "plural",
    "these": "plural",
    "those": "plural",
    "he": "singular",
    "she": "singular",
    "it": "singular",
    "this": "singular",
    "that": "singular",
    "someone": "singular",
    "somebody": "singular",
    "everyone": "singular",
    "everybody": "singular",
    "everything": "singular",
    "nobody": "singular",
    "nothing": "singular",
    "there": "other",
    "here": "other",
    "who": "other",
    "what": "other",
}
"""Words that stand alone as a subject, and the person that their verb has to agree with."""

BARE = frozenset("i he she we they".split())
"""Subjects that are nothing else: wherever one stands, its verb has to follow."""

LEADING = frozenset(
    "a an the my your our their every his her this that these those some no".split()
)
"""Words that announce a noun; the last eight may also stand alone."""

ONLY_LEADING = frozenset("a an the my your our their every".split())

BETWEEN = frozenset(
    "not never ever always often still just only really surely truly also too so now then once "
    "soon already almost even all both".split()
)
"""Words that may stand between a subject and its verb."""

JOINING = frozenset("and but or nor for because if when while till until though as than".split())

PLACING = frozenset(
    "of to in on at by from with into upon over under through above below between among about "
    "across behind beside beyond before after against around along toward towards without within "
    "near off out up down".split()
)

OBJECTS = frozenset("me him them us myself yourself himself herself ourselves".split())

AFTER_COMMAND = (
    LEADING | OBJECTS | PLACING - {"of"} | frozenset("you it all everything here there".split())
)
"""Words that may follow a verb which commands: "bring me", "look at", "take the"."""

HANGING = ONLY_LEADING | frozenset("and but or nor because if than of into upon from with".split())
"""A line that ends in one of these hangs in the air."""

BE: Mapping[str, Persons] = {
    "am": frozenset({"first"}),
    "is": frozenset({"singular", "other"}),
    "are": frozenset({"plural", "other"}),
    "was": frozenset({"first", "singular", "other"}),
    "were": frozenset({"plural", "other"}),
    "isn't": frozenset({"singular", "other"}),
    "aren't": frozenset({"plural", "other"}),
    "wasn't": frozenset({"first", "singular", "other"}),
    "weren't": frozenset({"plural", "other"}),
}

SHORTENED = {"'m": "am", "'re": "are", "'s": "is", "'ll": "will", "'ve": "have", "'d": "would"}
"""What the ends of "I'm" and its like stand for."""

_ANYBODY = frozenset({"first", "plural", "singular", "other"})
_HELPING: Mapping[str, Persons] = {
    **dict.fromkeys(
        "will would shall should can could may might must cannot won't wouldn't shouldn't can't "
        "couldn't mustn't ain't gonna gotta hadn't didn't had did".split(),
        _ANYBODY,
    ),
    **dict.fromkeys("have do haven't don't".split(), frozenset({"first", "plural"})),
    **dict.fromkeys("has does hasn't doesn't".split(), frozenset({"singular", "other"})),
}

AUXILIARIES = frozenset([*BE, *_HELPING])
"""Verbs that ask when they stand before their subject: "do I", "is she"."""

_REGULAR = """
add answer ask believe belong beg bless bow burn call care carry change chase claim clean climb
close cook count cover cross cry curse dance dare decide die disappear drop drown dry earn echo end
enter escape explain face fade fail fear fill finish float flow follow gather gaze glow grieve guard
guess happen hate haunt heal help hope hunt hurry imagine join jump kiss knock laugh learn lie lift
like listen live lock long look love marry matter mend miss mourn move need obey offer open own part
pass pick plant play please point pour praise pray promise pull push raise reach recall remember
rest return roam roar rock roll row rule rush sail save scream search seem serve settle share shout
sigh smell smile smoke sound sparkle stare start stay step stop suffer surrender sway talk taste
thank touch trade train travel treat trust try turn tumble use wait walk wander want warn wash waste
watch whisper whistle wish wonder work worry worship wrap yell
"""

_DOUBLED = frozenset("beg drop step stop wrap".split())

_PAST = {
    "bear": "bore", "beat": "beat", "become": "became", "begin": "began", "bind": "bound",
    "bite": "bit", "blow": "blew", "break": "broke", "bring": "brought", "build": "built",
    "buy": "bought", "catch": "caught", "choose": "chose", "come": "came", "cost": "cost",
    "cut": "cut", "do": "did", "draw": "drew", "dream": "dreamed", "drink": "drank",
    "drive": "drove", "dwell": "dwelt", "eat": "ate", "fall": "fell", "feed": "fed",
    "feel": "felt", "fight": "fought", "find": "found", "fly": "flew", "forget": "forgot",
    "forgive": "forgave", "freeze": "froze", "get": "got", "give": "gave", "go": "went",
    "grow": "grew", "hang": "hung", "have": "had", "hear": "heard", "hide": "hid", "hit": "hit",
    "hold": "held", "hurt": "hurt", "keep": "kept", "kneel": "knelt", "know": "knew",
    "lay": "laid", "lead": "led", "leave": "left", "lend": "lent", "let": "let", "lose": "lost",
    "make": "made", "mean": "meant", "meet": "met", "pay": "paid", "put": "put", "read": "read",
    "ride": "rode", "ring": "rang", "rise": "rose", "run": "ran", "say": "said", "see": "saw",
    "seek": "sought", "sell": "sold", "send": "sent", "set": "set", "shake": "shook",
    "shine": "shone", "shoot": "shot", "show": "showed", "sing": "sang", "sink": "sank",
    "sit": "sat", "sleep": "slept", "speak": "spoke", "spend": "spent", "spin": "spun",
    "spread": "spread", "stand": "stood", "steal": "stole", "stick": "stuck",
    "strike": "struck", "swear": "swore", "sweep": "swept", "swim": "swam", "swing": "swung",
    "take": "took", "teach": "taught", "tear": "tore", "tell": "told", "think": "thought",
    "throw": "threw", "understand": "understood", "wake": "woke", "wear": "wore",
    "weep": "wept", "win": "won", "wind": "wound", "write": "wrote",
}  # fmt: skip
"""Verbs whose past is not made with -ed, and that past."""

PLAIN = frozenset([*_REGULAR.split(), *_PAST, "be"])
"""Verbs in the form that commands."""


def third_person(verb: str) -> str:
    """The form of a verb after he, she or it."""
    if verb == "have":
        return "has"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def past(verb: str) -> str:
    """The past of a verb."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb}{verb[-1] if verb in _DOUBLED else ''}ed"


def _finite() -> dict[str, Persons]:
    """Every form that can be the verb of a subject, and the persons it goes with."""
    found: dict[str, Persons] = {}
    for verb in PLAIN - {"be"}:
        for form, persons in (
            (verb, frozenset({"first", "plural"})),
            (third_person(verb), frozenset({"singular", "other"})),
            (past(verb), _ANYBODY),
        ):
            found[form] = found.get(form, frozenset()) | persons
    return {**found, **_HELPING, **BE}


FINITE = _finite()
"""Every form that can be the verb of a subject, and the persons it goes with."""

SMALL = (
    frozenset(SUBJECTS) | LEADING | BETWEEN | JOINING | PLACING | OBJECTS | AUXILIARIES
) - frozenset("down up out off near above below then now".split())
"""Words that no article stands before, and that are no noun."""
