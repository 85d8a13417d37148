"""Tests of `analysis.attribution`."""
