"""Names and numbers out of interviews: finding them, replacing them, and the file that tells who is who."""
