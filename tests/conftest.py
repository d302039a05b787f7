"""What all tests share: messages in English whatever the locale, no drawing on a screen, and the command line."""

import os
import sys

import pytest

collect_ignore_glob = ["reference/*"]  # data, and scripts that made them with programs that tests do not need

os.environ["LCRESEARCH_LANGUAGE"] = "en"
os.environ["MPLBACKEND"] = "agg"


@pytest.fixture
def lcresearch(monkeypatch, capsys):
    """Run the command as a user does: gives status, standard output and standard error."""

    from lcresearch.cli import main

    def go(*arguments):
        monkeypatch.setattr(sys, "argv", ["lcresearch", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        code = stopped.value.code
        out, err = capsys.readouterr()
        return (0 if code is None else code), out, err

    return go
