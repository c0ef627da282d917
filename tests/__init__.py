"""Tests of the program and of its promises."""
