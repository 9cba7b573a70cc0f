"""Processes: begun, watched, replaced and ended."""
