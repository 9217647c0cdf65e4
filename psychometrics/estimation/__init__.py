"""How calibration finds the maximum: expected counts, objective, search, standard errors."""
