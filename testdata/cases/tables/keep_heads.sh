# by hand
testdata/tiny-profile "$HOME/names.pb" system_names=yes 'main;<T as Trait>::f=1,10' 'main;<U as Trait>::f=2,20' 'main;(anonymous namespace)::g(int)=3,30' 'main;ns::h<int>=4,40'
cprof -top "$HOME/names.pb"
cprof -top -keep_heads "$HOME/names.pb"
cprof -top -keep_heads -focus='as Trait' "$HOME/names.pb"
