"""Fields in which objects name Secrets, as rows of data for each kind; and names in any text."""
