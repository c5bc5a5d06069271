# reference
-symbolize=none -disasm=checksum testdata/profiles/cpp-cpu.pb.gz
