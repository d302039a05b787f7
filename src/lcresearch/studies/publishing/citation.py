"""``CITATION.cff``: how to cite the bundle, in the format that code hosts and Zenodo read (version 1.2.0)."""

from __future__ import annotations

from typing import Any

import yaml

from lcresearch.studies.publishing.identifiers import orcid
from lcresearch.studies.publishing.published import Published


def citation_file(one: Published) -> str:
    """The file as text."""
    use = one.use
    content: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these results, please cite them as below.",
        "type": "dataset",
        "title": one.main(one.title),
        "abstract": one.main(one.description),
        "authors": [_author(creator) for creator in use.creators],
        "version": use.version,
        "date-released": one.available,
        "license": str(use.licence),
        "keywords": list(dict.fromkeys(use.keywords)),
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _author(creator: Any) -> dict[str, str]:
    found = {"family-names": creator.family_name, "given-names": creator.given_name}
    found |= {"orcid": str(orcid(creator.orcid))} if creator.orcid is not None else {}
    return found | ({"affiliation": creator.affiliation.name} if creator.affiliation is not None else {})
