# by hand
-tree -norecursion -
