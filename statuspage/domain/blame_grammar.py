"""The little grammar that the blameless check needs: small words, and how verbs change."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ADVERBS = _words(
    """
    also never not then again just still even already always ever once twice first later soon instead
    perhaps maybe thus therefore however both all once more had has have was were is are been be being did
    do does
    """
)
DETERMINERS = _words(
    """
    a an the our their his her my your its this that these those another one some any each every no either
    """
)
QUANTIFIERS = _words("one two three four some several many most none all each any few both either neither")
PREPOSITIONS = _words(
    """
    to for by of from with on at in about via between without against upon into onto over under within
    behind across through during inside outside toward towards near
    """
)
# Words with which a clause of its own begins.
CLAUSE_WORDS = _words(
    """
    and but or so yet that which who because when while if unless although though since after before until
    as than whether where whereas once why how what
    """
)
NUMBERS = _words(
    """
    one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty
    ninety
    """
)
_IRREGULAR = {
    "be": "been",
    "begin": "begun",
    "break": "broken",
    "bring": "brought",
    "build": "built",
    "catch": "caught",
    "choose": "chosen",
    "cut": "cut",
    "do": "done",
    "draw": "drawn",
    "drive": "driven",
    "feed": "fed",
    "find": "found",
    "forget": "forgotten",
    "get": "got",
    "give": "given",
    "go": "gone",
    "have": "had",
    "hear": "heard",
    "hit": "hit",
    "hold": "held",
    "keep": "kept",
    "know": "known",
    "lead": "led",
    "leave": "left",
    "let": "let",
    "lose": "lost",
    "make": "made",
    "meet": "met",
    "pay": "paid",
    "put": "put",
    "read": "read",
    "run": "run",
    "say": "said",
    "see": "seen",
    "send": "sent",
    "set": "set",
    "show": "shown",
    "shut": "shut",
    "speak": "spoken",
    "spend": "spent",
    "stand": "stood",
    "take": "taken",
    "tell": "told",
    "think": "thought",
    "understand": "understood",
    "win": "won",
    "write": "written",
}
_PARTICIPLES = frozenset(_IRREGULAR.values()) | {"gotten", "come", "become", "foreseen"}
_PASTS = _words(
    """
    began broke brought built came chose did drew drove fell forgot gave got grew had knew led left lost
    made met ran rose said sat saw sent set shook spent spoke stood swapped took told thought went won
    wrote was were is has
    """
)
_DOUBLED = _words(
    """
    stop skip plan ship log tag map drop set swap flip commit submit permit refer prefer equip step
    """
)


def is_participle(key: str) -> bool:
    """Return whether a word may follow "have": "noticed", "known"."""
    base = key.removeprefix("re").removeprefix("over").removeprefix("mis")
    return (key.endswith("ed") and len(key) > 3) or key in _PARTICIPLES or base in _PARTICIPLES


def is_verb(key: str) -> bool:
    """Return whether a word after a subject is most likely its verb: "pushed", "ran", "was", "deploying"."""
    return key in _PASTS or is_participle(key) or (key.endswith("ing") and len(key) > 4)


def participle_of(verb: str) -> str:
    """Return what a verb becomes after "was not": notice, noticed."""
    for prefix in ("double-", "re-", "re", "over", "mis", "under"):
        rest = verb.removeprefix(prefix)
        if rest != verb and rest in _IRREGULAR and verb not in _IRREGULAR:
            return prefix + _IRREGULAR[rest]
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in set("aeiou"):
        return verb[:-1] + "ied"
    if verb in _DOUBLED:
        return verb + verb[-1] + "ed"
    return verb + "ed"
