"""REFI-QDA 1.0 (``.qdpx``, ``.qde``, ``.qdc``), in which ATLAS.ti, NVivo, MAXQDA and others exchange work."""
