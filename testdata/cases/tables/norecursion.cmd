# by hand
-collapsed -norecursion -
