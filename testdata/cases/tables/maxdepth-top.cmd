# by hand
-top -maxdepth=2 -
