# reference
-symbolize=none -top Makefile
