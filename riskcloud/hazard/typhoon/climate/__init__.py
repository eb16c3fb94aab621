"""Seventy years of storms, and sets of stochastic storms made from them."""
