"""Evidence packages: one zip a consortium, from which pooled models are fitted without rows of persons."""
