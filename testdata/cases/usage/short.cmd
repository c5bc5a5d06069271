# by hand
-h
