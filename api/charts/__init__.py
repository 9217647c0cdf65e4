"""Pictures as pure functions: plain data in, an SVG string out. Colours come from the stylesheet."""
