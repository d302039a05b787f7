"""What a file says about persons: recognised, left out, replaced by pseudonyms, and only with consent."""
