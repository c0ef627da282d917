"""Client of Kubernetes: bytes of the API into model objects, and back."""
