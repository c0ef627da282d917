"""Tests of the session of one kube context: stores, drafts and writes."""
