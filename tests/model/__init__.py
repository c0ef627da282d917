"""Tests of what a Secret is, without a screen, a network or a clock."""
