# reference
-symbolize=none -top testdata/profiles
