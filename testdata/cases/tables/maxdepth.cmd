# by hand
-collapsed -maxdepth=3 -
