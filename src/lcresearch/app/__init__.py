"""The local web page: studies, collecting and coding without a command line. It calls the library and computes nothing.

One folder of studies, the same files that the command line uses. What is done here can be continued there.
"""

from lcresearch.app.serving import serve

__all__ = ["serve"]
