"""Khảo thí: item bank, appraisal, testing on computers, calibration."""
