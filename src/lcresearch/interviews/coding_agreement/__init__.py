"""Agreement of coders on a project: before discussion, the disagreements to discuss, and what came of them."""
