"""By which fields objects name Secrets: rows of data for each kind; and names in any text."""
