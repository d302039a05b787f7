"""What all tests share: messages in English whatever the machine's locale, and no drawing on a screen."""

import os

os.environ["LCRESEARCH_LANGUAGE"] = "en"
os.environ["MPLBACKEND"] = "agg"
