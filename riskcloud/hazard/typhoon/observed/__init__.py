"""Winds observed at stations: files of any column order and unit, and what is known of masts."""
