"""One result over many consortia: models of all rows from sums, and what the packages say beside them."""
