"""The Kubernetes API: paths, request bodies, decoding, paging, list and watch."""
