# by hand
-symbolize=none -text -lines -nodecount=4 -columns=flat%,function,file,line,column,inline,flat,address -format=csv testdata/profiles/cpp-cpu.pb.gz
