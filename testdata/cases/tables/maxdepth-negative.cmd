# by hand
-top -maxdepth=-1 -
