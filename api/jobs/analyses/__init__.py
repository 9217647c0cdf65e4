"""One file for each analysis of a finished run: arrays in, plain values out."""
