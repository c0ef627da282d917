"""Tests of the cluster client against hand-written rude servers: an embedded one is too well behaved."""
