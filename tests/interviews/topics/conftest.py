"""Invented answers about five things that have nothing to do with each other."""

import itertools
import warnings

import numpy as np
import pytest
from tests.embedded_once import remembering

from lcresearch.interviews import Corpus, Document, Turn, find_topics

THEMES = {
    "money": (
        ["De penningmeester", "Ons bestuur", "De subsidieadviseur", "Het fonds"],
        ["schrijft een begroting voor", "betaalt de rekening van", "vraagt subsidie aan voor", "verdeelt het geld van"],
        ["het project", "de uren van de begeleider", "het volgende boekjaar", "de huur en de kosten"],
    ),
    "machine": (
        ["De monteur", "Een onderhoudstechnicus", "De operator", "Iemand van de storingsdienst"],
        ["vervangt het lager van", "stelt de sensor af van", "smeert de ketting van", "start de motor van"],
        ["de verpakkingsmachine", "de lopende band", "de hydraulische pers", "de draaibank in de hal"],
    ),
    "care": (
        ["De verpleegkundige", "Een verzorgende", "De huisarts", "De fysiotherapeut"],
        ["wast de wond van", "geeft medicijnen aan", "helpt bij het aankleden van", "meet de bloeddruk van"],
        ["een oude patiënt", "de bewoner met dementie", "een zieke cliënt", "een mevrouw op de afdeling"],
    ),
    "school": (
        ["De docent", "Mijn praktijkbegeleider", "De lerares wiskunde", "Een stagiair"],
        ["legt de toets uit aan", "bespreekt het huiswerk met", "geeft les aan", "maakt een rooster voor"],
        ["de leerlingen van klas drie", "een groep studenten", "de mbo-klas", "het examenjaar"],
    ),
    "farm": (
        ["De boer", "Een melkveehouder", "De tuinder", "Mijn buurman met de trekker"],
        ["ploegt het land voor", "melkt de koeien naast", "bemest de akker met", "oogst de aardappelen van"],
        ["het gras en de mais", "de stal bij de sloot", "het perceel achter de dijk", "de tomaten in de kas"],
    ),
}


def invented(n_each, seed=0):
    """Text and theme of segments, each of two sentences of one theme."""
    rng = np.random.default_rng(seed)
    found = []
    for theme, parts in THEMES.items():
        sentences = [" ".join(words) + "." for words in itertools.product(*parts)]
        pairs = list(itertools.combinations(range(len(sentences)), 2))
        chosen = rng.choice(len(pairs), n_each, replace=False)
        found += [(f"{sentences[pairs[row][0]]} {sentences[pairs[row][1]]}", theme) for row in chosen]
    return found


def corpus_of(pairs, n_documents=25):
    """Interviews in which an interviewer asks and a respondent speaks of one thing after another."""
    documents = []
    for number in range(n_documents):
        text, turns = "", []
        for said, _ in pairs[number::n_documents]:
            for speaker, words in (("I", "En wat gebeurt er dan?"), ("R", said)):
                text += f"{speaker}: "
                turns.append(Turn(len(text), len(text) + len(words), speaker))
                text += words + "\n"
        text += "R: "
        turns.append(Turn(len(text), len(text) + 15, "R"))
        text += "Ja, dat is zo. \n"
        attributes = {"community": "Noord" if number % 5 else "Zuid", "organisation": f"firm {number}"}
        documents.append(
            Document(f"doc-{number}", f"Gesprek {number}", text, tuple(turns), attributes, {"I": "interviewer"})
        )
    return Corpus(tuple(documents))


@pytest.fixture(scope="module", autouse=True)
def embedded_once():
    """Each text is embedded once for all tests of a module: tests/interviews/text looks at embedding itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lcresearch.interviews.text.embeddings.encoder", remembering)
        yield


@pytest.fixture(scope="session")
def pairs():
    return invented(40)


@pytest.fixture(scope="session")
def corpus(pairs):
    return corpus_of(pairs)


@pytest.fixture(scope="session")
def found(corpus):
    """By BERTopic."""
    pytest.importorskip("bertopic")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return find_topics(corpus, seed=7, n_resamples=3)


@pytest.fixture(scope="session")
def factored(corpus):
    """By a factorisation of words."""
    pytest.importorskip("sklearn")
    return find_topics(corpus, seed=7, n_resamples=3, method="factorisation")
