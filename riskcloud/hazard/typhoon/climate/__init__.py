"""Seventy years of storms, sets of stochastic storms made from them, the winds they bring."""
