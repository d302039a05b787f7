"""From a study that was run to an open bundle for a data repository.

``settings`` is the part ``publication:`` of study.yaml, ``publish`` the way in. What may stand in a bundle is decided
in ``masking`` (groups of ten or more, by a code), and looked at once more in ``content_check``, file by file.
"""
