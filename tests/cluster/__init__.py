"""Talking to a cluster: over hand-written rude servers, since an embedded one is too well behaved."""
