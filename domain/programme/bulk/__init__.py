"""The bulk reading: a million orders judged at once, as int64 columns. It alone needs numpy.

What serves requests never imports it: replay, forecasts and the bench do.
"""
