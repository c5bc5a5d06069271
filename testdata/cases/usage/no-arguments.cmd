# by hand

