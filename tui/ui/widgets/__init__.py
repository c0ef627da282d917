"""Drawing. State in, messages out; never calls a cluster."""
