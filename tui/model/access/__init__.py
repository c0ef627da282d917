"""Who can read Secrets: subjects, by roles and bindings."""
