# by hand
-symbolize=none -top Makefile
