"""What every message means and what to do, in both languages: a page a letter and language, from the catalogues."""

from __future__ import annotations

from itertools import groupby

from lcresearch.errors import explanation
from lcresearch.messages import Messages, problem_codes, problem_entry

SUBJECTS = {
    "A": {"en": "The web page", "nl": "De webpagina"},
    "C": {"en": "Change", "nl": "Verandering"},
    "D": {"en": "What may be shown", "nl": "Wat getoond mag worden"},
    "F": {"en": "Forms", "nl": "Formulieren"},
    "G": {"en": "Files and the program", "nl": "Bestanden en het programma"},
    "I": {"en": "Instruments", "nl": "Instrumenten"},
    "L": {"en": "Multilevel models", "nl": "Multilevelmodellen"},
    "M": {"en": "Measurement", "nl": "Meten"},
    "P": {"en": "Printing", "nl": "Afdrukken"},
    "Q": {"en": "Interviews", "nl": "Interviews"},
    "R": {"en": "Answers", "nl": "Antwoorden"},
    "S": {"en": "Studies", "nl": "Onderzoeken"},
    "V": {"en": "Numbers and interviews together", "nl": "Cijfers en interviews samen"},
    "W": {"en": "Agreement of coders", "nl": "Overeenstemming van codeurs"},
    "Y": {"en": "Synthesis over consortia", "nl": "Synthese over consortia"},
}
TITLE = {"en": "Messages", "nl": "Meldingen"}
INTRODUCTION = {
    "en": "Every message has a code between brackets, such as `[R040]`. `lcresearch explain R040` prints what stands"
    " here. Look for the code with the search field, or choose its letter.",
    "nl": "Elke melding heeft een code tussen haken, zoals `[R040]`. `lcresearch explain R040` laat zien wat hier"
    " staat. Zoek op de code in het zoekveld, of kies de letter.",
}
OTHER = {"en": "Nederlands", "nl": "English"}
COLUMNS = {"en": ("letter", "about", "messages"), "nl": ("letter", "waarover", "meldingen")}


def pages() -> dict[str, str]:
    """For each language a list of letters, and a page a letter."""
    found = {}
    for language in ("en", "nl"):
        found[file_name("messages", language)] = overview(language)
        for letter, codes in groupby(problem_codes(), key=lambda code: code[0]):
            found[file_name(f"messages-{letter}", language)] = letter_page(letter, list(codes), language)
    return found


def file_name(stem: str, language: str) -> str:
    """Dutch pages are named as those that people wrote."""
    return f"{stem}.nl.md" if language == "nl" else f"{stem}.md"


def other(stem: str, language: str) -> str:
    """A link to the same page in the other language."""
    return f"[{OTHER[language]}]({file_name(stem, 'nl' if language == 'en' else 'en')})"


def overview(language: str) -> str:
    """The letters."""
    letters = [(letter, len(list(codes))) for letter, codes in groupby(problem_codes(), key=lambda code: code[0])]
    lines = [f"# {TITLE[language]}", "", other("messages", language), "", INTRODUCTION[language], ""]
    lines += ["| " + " | ".join(COLUMNS[language]) + " |", "|---|---|---:|"]
    for letter, n in letters:
        page = file_name(f"messages-{letter}", language)
        lines.append(f"| {letter} | [{subject(letter, language)}]({page}) | {n} |")
    return "\n".join([*lines, ""])


def subject(letter: str, language: str) -> str:
    """What messages of a letter are about."""
    return SUBJECTS[letter][language]


def letter_page(letter: str, codes: list[str], language: str) -> str:
    """Each code with its level, words, meaning and what to do."""
    title = f"{TITLE[language]} {letter}: {subject(letter, language)[0].lower()}{subject(letter, language)[1:]}"
    lines = ["---", "orphan: true", "---", f"# {title}", "", other(f"messages-{letter}", language), ""]
    say = Messages(language)
    for code in codes:
        level = say(f"explain.level.{problem_entry(code)['level']}")
        _, *parts = explanation(code, language).split("\n\n")
        message, *rest = parts
        lines += [f"## {code}", "", f"*{level}*", "", quoted(message), ""]
        for part in rest:
            lines += [plain(part), ""]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """The message itself, set apart with its own line breaks."""
    return "\n".join(["```text", *text.splitlines(), "```"])


def plain(text: str) -> str:
    """Words of a catalogue with nothing in them read as mark-up."""
    marked = "".join("\\" + sign if sign in r"\`*_{}[]<>#|$~^" else sign for sign in text)
    first = marked.lstrip()
    if first[:1] in "+-" or first[:1].isdigit():
        marked = marked.replace(first[0], "\\" + first[0], 1) if first[0] in "+-" else marked
    return " ".join(marked.split())
