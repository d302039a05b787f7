"""Work that takes longer than a page: in a process of its own, so that pages stay quick and it can be stopped."""
