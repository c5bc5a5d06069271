# by hand
-rows -format=csv -divide_by=2 -
