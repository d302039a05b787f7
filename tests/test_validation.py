"""What a model says about a YAML file, in the words of its owner."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from lcresearch.errors import Problem
from lcresearch.validation import validated


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    column: str


class Study(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    levels: dict[Literal["team", "sector"], str] = {}
    languages: list[Literal["nl", "en"]] = Field(default=["nl"], min_length=1)
    parts: list[Part] = Field(default=[], min_length=1)
    waves: tuple[Literal["t0", "t1"], ...] = Field(default=("t0",), min_length=1)
    minimum: int = 5


def found(**content):
    return validated(Study, content)[1]


@pytest.mark.parametrize(
    ("content", "path", "key", "value"),
    [
        ({"levels": {"afdeling": "x"}}, ("levels", "afdeling"), "levels", "afdeling"),
        ({"languages": ["de"]}, ("languages", 0), "languages", "de"),
        ({"waves": ("t9",)}, ("waves", 0), "waves", "t9"),
        ({"languages": ["nl", "de"]}, ("languages", 1), "languages", "de"),
    ],
)
def test_an_impossible_value_is_that_of_a_key_of_the_file_and_is_said_once(content, path, key, value):
    (one,) = found(**content)
    assert (one.code, one.path, one.values["key"], one.values["value"]) == ("G042", path, key, value)


def test_possible_numbers_are_a_list_without_english_words():
    class Errors(BaseModel):
        tolerance: Literal[0, 1, 2] = 1

    (one,) = validated(Errors, {"tolerance": 5})[1]
    assert (one.code, one.values["known"]) == ("G042", ["0", "1", "2"])


def test_a_list_that_is_too_short_is_still_refused():
    assert [(one.code, one.values["key"]) for one in found(languages=[])] == [("G044", "languages")]


def test_a_member_of_a_list_is_named_by_its_list():
    (one,) = found(parts=[{"column": "a"}, 3])
    assert (one.code, one.values["key"]["en"]) == ("G043", "a value of parts")
    (one,) = found(parts=[{"column": 3}])
    assert (one.code, one.values["key"]) == ("G043", "column")
    (one,) = found(parts=[{"column": "a", "colum": "b"}])
    assert (one.code, one.values["key"]) == ("G040", "colum")


@pytest.mark.parametrize(("language", "words"), [("nl", "als getal is bedoeld niet"), ("en", "as a number does not")])
def test_text_for_a_number_is_not_told_to_use_quotation_marks_only(language, words):
    (one,) = found(minimum="five")
    assert one.code == "G043"
    assert words in Problem(one.code, values=one.values).remedy(language)


def test_a_file_without_keys_need_not_be_an_instrument():
    assert "instrument" not in Problem("G045").message("en")
