"""Who may ask, from which page, how much, and what a page may load."""
