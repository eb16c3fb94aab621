"""What changed between two forecasts of a storm."""
