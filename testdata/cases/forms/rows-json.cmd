# by hand
-rows -
