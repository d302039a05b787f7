"""How the software is cited, from ``CITATION.cff``."""

from __future__ import annotations

from typing import Any, Literal

Style = Literal["text", "bibtex", "cff"]


def citation(style: Style = "text") -> str:
    """How to cite the software, at the version that is installed.

    Parameters
    ----------
    style : {"text", "bibtex", "cff"}
        A reference in words, an entry for BibTeX, or the whole ``CITATION.cff``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        A style that is none of these.

    See also
    --------
    lcresearch.instruments.load : the source of an instrument, which is cited as well.

    Examples
    --------
    >>> from lcresearch.citation import citation
    >>> print(citation().split(" (version")[0])
    The lcresearch developers (2026). lcresearch: research on learning communities, from survey questions and interviews
    to statements that hold across consortia
    """
    from lcresearch.shipped import citation_file
    from lcresearch.yaml_lines import parse_yaml

    whole = citation_file().read_text(encoding="utf-8")
    if style == "cff":
        return whole
    content: dict[str, Any] = dict(parse_yaml(whole).content)
    authors = " and ".join(str(one["name"]) for one in content["authors"])
    year, title, version = str(content["date-released"])[:4], content["title"], content["version"]
    if style == "text":
        return f"{authors} ({year}). {title} (version {version}) [Computer software]."
    if style != "bibtex":
        raise ValueError(f"style is 'text', 'bibtex' or 'cff', not {style!r}")
    fields = {
        "author": f"{{{authors}}}",
        "title": title,
        "year": year,
        "version": version,
        "license": content["license"],
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@software{{lcresearch,\n{lines}}}"
