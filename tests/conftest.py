"""What all tests share: messages in English whatever the machine's locale, and no drawing on a screen."""

import os

collect_ignore_glob = ["reference/*"]  # data, and scripts that made them with programs that tests do not need

os.environ["LCRESEARCH_LANGUAGE"] = "en"
os.environ["MPLBACKEND"] = "agg"
