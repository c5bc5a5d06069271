# by hand
-h all
