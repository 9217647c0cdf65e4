"""Measurements of speed and memory; `make bench-calibration` prints them."""
