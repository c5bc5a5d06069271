# by hand
-top -fold_numbers -
