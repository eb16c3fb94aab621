"""Layers on assets: values of rasters, attributes of polygons, the nearest feature.

``layers`` reads what a user writes, ``raster_file`` and ``vector_file`` open and check a file,
``sample``, ``zones``, ``polygons``, ``nearest`` and ``within_polygons`` ask it, ``stack`` and
``times`` choose among bands, ``engine`` puts a table together. See docs/overlay.md.
"""
