"""Tables of a page, read back by a parser that is not ours."""

import lxml.html

from lcresearch.reporting.tables import table

LABELS = {"sector": "Sector", "group": "Group <b>", "n": "n", "mean": "Mean", "verdict": "Verdict"}
ROWS = [
    ["care", "Aa & Zn.", "12", "3.4", "yes"],
    ["energy", '<script>"x"</script>', "7", "", "no"],
    ["care", "Bb", "9", "2.9", "yes"],
]


def read(made):
    return lxml.html.fragment_fromstring(made.html)


def texts(element, path):
    return [cell.text_content() for cell in element.xpath(path)]


def test_every_cell_stands_below_its_heads():
    element = read(table("<i>Scores</i>", ROWS, LABELS, numeric=["n", "mean"], spanners={"Spring": ["n", "mean"]}))
    assert texts(element, "caption") == ["<i>Scores</i>"]
    first, second = element.xpath("thead/tr")
    assert [(cell.text_content(), cell.get("rowspan"), cell.get("colspan"), cell.get("scope")) for cell in first] == [
        ("Sector", "2", None, "col"), ("Group <b>", "2", None, "col"), ("Spring", None, "2", "colgroup"),
        ("Verdict", "2", None, "col"),
    ]  # fmt: skip
    assert [(cell.text_content(), cell.get("class")) for cell in second] == [("n", "number"), ("Mean", "number")]
    assert [texts(row, "*") for row in element.xpath("tbody/tr")] == ROWS
    assert {row[0].tag + str(row[0].get("scope")) for row in element.xpath("tbody/tr")} == {"throw"}
    assert [cell.get("class") for cell in element.xpath("tbody/tr[1]/td")] == [None, "number", "number", None]


def test_rows_of_a_block_stand_together_below_its_head_in_the_order_of_the_first():
    element = read(table("Scores", ROWS, LABELS, blocks="sector"))
    assert texts(element, "thead/tr/th") == list(LABELS.values())[1:]
    assert texts(element, "tbody/tr/*[1]") == ["care", "Aa & Zn.", "Bb", "energy", '<script>"x"</script>']
    heads = element.xpath("tbody/tr/th[@class='block']")
    assert [(head.get("colspan"), head.get("scope")) for head in heads] == [("4", "colgroup")] * 2


def test_one_block_has_no_head_and_no_rows_are_an_empty_body():
    alone = read(table("Scores", ROWS[:1], LABELS, blocks="sector"))
    assert not alone.xpath(".//th[@class='block']")
    assert "Sector" not in alone.text_content()
    assert read(table("Scores", [], LABELS)).xpath("tbody")[0].xpath("tr") == []
