


Ä Ä†(	"ê "
"† "* * 2first2cpu2nanoseconds2main2main.c2work2tenant2acme2bytes2/srv/app