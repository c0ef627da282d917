"""Client of the Kubernetes API: it decodes answers into model objects, and encodes changes into requests."""
