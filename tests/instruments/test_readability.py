"""Words, syllables and the formula of Flesch and Douma."""

from __future__ import annotations

import math

import pytest

from lcresearch.instruments import readability

# words of work and learning as Dutch dictionaries divide them, with hard cases and loans: the rules were made on these
DIVIDED = """
ik leer werk fout school baas klus team coach nieuw leeuw thuis geeft werkt le-ren wer-ken be-drijf col-le-ga
bij-le-ren uit-leg-gen sa-men zoe-ken re-a-li-teit me-de-wer-ker i-de-aal i-dee-ën ge-re-geld be-ïn-vloe-den
si-tu-a-tie eeu-wen mooi-e ge-luid bu-reau i-dee mee-doen vrij-heid ver-trou-wen vra-gen oe-fe-nen groei-en
leer-ling ver-ant-woor-de-lijk-heid or-ga-ni-sa-tie sa-men-wer-kings-ver-band team-lei-der op-lei-ding di-plo-ma
cur-sus ma-chi-ne com-pu-ter te-le-foon la-ten uit-pro-be-ren na-den-ken be-spre-ken ver-an-de-ren ver-be-te-ren
in-for-ma-tie tech-niek tech-ni-sche er-va-ring be-ge-lei-der do-cent stu-dent stu-den-ten do-cen-ten on-der-zoek
on-der-zoe-ker in-no-va-tie werk-plek werk-tijd werk-ge-ver le-ver-an-cier con-cur-rent con-cur-ren-ten pro-ces
pro-duct dienst-ver-le-ning ge-meen-te o-ver-heid part-ner part-ners kan-toor werk-plaats ge-bouw lo-ca-tie vi-de-o
fi-li-aal na-ti-o-naal in-ter-na-ti-o-naal on-line app apps lap-top e-mail soft-ware ta-blet ro-bot ro-bots e-nig
e-ner-gie a-vond o-pen o-pe-nen u-ren ou-der ou-de-re ze-ven-tien twin-tig pro-beer pro-bleem pro-ble-men feed-back
work-shop com-mu-ni-ty lear-ning trai-ning trai-nen trai-ner vak-man-schap lei-ding lei-ding-ge-ven-de ge-reed-schap
pa-pier hoe-veel-heid be-oor-de-len ge-oe-fend ge-ïn-te-res-seerd re-ü-nie co-ör-di-na-tor zo-iets naar-stig bui-ten
bin-nen-kort he-le-maal al-le-maal ie-der-een ie-mand nie-mand duur-zaam duur-za-me kwa-li-teit ac-ti-vi-teit
ac-ti-vi-tei-ten spe-ci-aal so-ci-aal fi-nan-ci-eel of-fi-ci-eel ze-nuw-ach-tig be-ëin-di-gen eer-ste-jaars koe-ien
bei-de mei-den ru-zie pau-ze uit-ge-pro-beerd op-ge-leid vak-blad of-fer-te
"""

# drawn from the 20,000 most frequent words of wordfreq (random.Random(1), 130 words of five letters or more, of which
# names and English words were left out), divided by hand after the rules were made
DRAWN = """
ver-plich-ting doe-len ster-ren-beeld schuur be-a-men ex-por-te-ren on-be-perk-te re-por-ta-ge di-ver-si-teit
ver-voert re-ac-ties vlieg-vel-den ver-dub-be-len graag on-der-neemt de-cor nut-te-loos bui-ten-land op-tre-den
ant-wer-pen con-tact of-fer-te ge-vol-ge en-kels hui-zen ta-pijt ont-sta-ne ni-veaus na-tuur-mo-nu-men-ten
be-pa-ling vrij-ge-zel proef-per-so-nen be-ïn-vloedt frans grootst bak-ken eu-ro-pe-a-nen kun-ste-na-res ver-val-len
goed-ko-pe-re voor-stad vor-de-ring re-so-lu-ties on-der-nam on-be-ken-den ge-fe-li-ci-teerd
stu-den-ten-ver-e-ni-ging ac-te-ren ko-nings-huis be-hoe-den laar-zen co-ör-di-na-ten aan-van-ke-lijk rij-ke-lijk
af-han-de-ling be-schei-den ge-schorst nim-mer bin-nen-kort check-list ter-mijn ont-trek-ken on-der-ge-bracht
voor-lich-ting blan-ken to-taal vlin-der las-ter cog-ni-tie-ve ver-ou-derd par-keer twee-tal slechts
waar-schijn-lij-ke vrij-dag-a-vond pleeg-de ver-meld-de zicht ver-snel-de tij-gers af-zon-der-lij-ke lijst-jes
vrij-spraak me-de-op-rich-ter be-stuurs-le-den vrouw an-nu-le-ren zui-den ruim-tes ver-be-te-rin-gen wan-de-ling
tim-mer-man ver-be-te-ren zelf-de ex-pert ac-ti-vi-tei-ten sleep-te plan-ken pro-mi-nent ver-zor-gen ver-ge-lijkt
et-nisch do-cu-men-tai-re o-ver-ge-ble-ven te-gels top-pers pre-si-dent-schap blok-ka-de werk-stuk
"""


@pytest.mark.parametrize("words", [DIVIDED, DRAWN], ids=["chosen", "drawn"])
def test_syllables_of_dutch_words(words):
    counted = {divided: readability.syllables(divided.replace("-", "")) for divided in words.split()}
    assert counted == {divided: divided.count("-") + 1 for divided in words.split()}


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("AI", 2),
        ("zzp'er", 4),
        ("mbo-school", 4),
        ("vmbo", 4),
        ("ict-er", 4),
        ("pc's", 2),
        ("auto's", 2),
        ("e-mail", 2),
    ],
)
def test_abbreviations_are_said_letter_by_letter(word, count):
    assert readability.syllables(word) == count


@pytest.mark.parametrize(
    "divided", ["mu-se-um", "li-no-le-um", "na-ïef", "na-ïe-ve", "drone", "drones", "reu-ma", "sleu-tel"]
)
def test_vowels_that_only_look_like_one_sound(divided):
    assert readability.syllables(divided.replace("-", "")) == divided.count("-") + 1


def test_an_accent_begins_no_syllable_and_a_trema_does():
    assert [readability.syllables(word) for word in ("één", "vóór", "zeeën", "reëel")] == [1, 1, 2, 2]


def test_a_compound_has_the_syllables_of_its_parts():
    for word, parts in {
        "werktijd": ("werk", "tijd"),
        "teamcoach": ("team", "coach"),
        "vakdiploma": ("vak", "diploma"),
    }.items():
        assert readability.syllables(word) == sum(map(readability.syllables, parts))


def test_words_keep_apostrophes_and_hyphens_and_leave_out_numbers():
    assert readability.words("De auto's van 3 mbo-studenten: 'ja'!") == ["De", "auto's", "van", "mbo-studenten", "ja"]


def test_a_word_after_a_digit_is_not_cut_in_two():
    assert readability.words("De 3D-printer en 2e hulp") == ["De", "printer", "en", "hulp"]


def test_flesch_douma_by_hand():
    # 6 words, 7 syllables, 2 sentences
    text = ["Ik leer. Wij gaan samen weg."]
    assert readability.flesch_douma(text) == pytest.approx(206.84 - 0.77 * 700 / 6 - 0.93 * 3, rel=1e-12)


def test_each_text_is_a_sentence_also_without_a_full_stop():
    assert readability.flesch_douma(["Ik leer", "Wij gaan samen weg"]) == readability.flesch_douma(
        ["Ik leer.", "Wij gaan samen weg."]
    )


def test_longer_words_and_longer_sentences_are_harder():
    easy = readability.flesch_douma(["Ik leer op mijn werk.", "Ik vraag het aan Jan."])
    longer_sentence = readability.flesch_douma(["Ik leer op mijn werk ik vraag het aan Jan."])
    longer_words = readability.flesch_douma(["Ik ontwikkel mij professioneel.", "Ik raadpleeg collega's."])
    assert easy > longer_sentence > longer_words


def test_no_words_have_no_score():
    assert math.isnan(readability.flesch_douma([]))
    assert math.isnan(readability.flesch_douma(["", "123"]))


def test_long_words_unless_known():
    text = "Ik draag verantwoordelijkheid voor de organisatie."
    assert readability.long_words(text) == ["verantwoordelijkheid", "organisatie"]
    assert readability.long_words(text, ["Organisatie"]) == ["verantwoordelijkheid"]


def test_rare_words_unless_known():
    text = "Tijdens werktijd denk ik na over valorisatie."
    assert readability.rare_words(text) == ["valorisatie"]
    assert readability.rare_words(text, ["Valorisatie"]) == []


def test_figures_by_hand():
    found = readability.figures(["Wij leren van fouten.", "Dat helpt."])
    assert (found.words, found.longest_word) == (6, "fouten")
    assert found.letters_per_word == pytest.approx(25 / 6)
    assert found.syllables_per_word == pytest.approx(8 / 6)
    # Zipf frequencies of wordfreq 3.1.1: wij, leren, van, fout, dat, helpt
    assert found.zipf == pytest.approx((6.02 + 5.41 + 7.51 + 4.99 + 7.10 + 5.04) / 6, abs=0.01)
    assert found.rarest_word == "fouten"
    assert found.flesch_douma == readability.flesch_douma(["Wij leren van fouten.", "Dat helpt."])


def test_figures_of_nothing():
    found = readability.figures(["12"])
    assert (found.words, found.longest_word, found.rarest_word) == (0, "", "")
    assert all(math.isnan(value) for value in (found.zipf, found.letters_per_word, found.flesch_douma))
