"""Sections of docs/skill.md."""
