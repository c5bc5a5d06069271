# by hand
-collapsed -package -norecursion -
