"""``python -m lcresearch`` is the command line."""

from lcresearch.cli import main

if __name__ == "__main__":
    main()
