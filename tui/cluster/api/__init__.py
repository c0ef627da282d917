"""The Kubernetes API: request bodies, decoding of answers, paging, list and watch."""
