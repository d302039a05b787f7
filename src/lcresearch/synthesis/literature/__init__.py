"""A literature synthesis: records, screening by two, extraction, the PRISMA flow and a map of what is known."""
