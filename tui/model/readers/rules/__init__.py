"""By which fields objects name Secrets: rows of data for each kind, and what else a schema tells."""
