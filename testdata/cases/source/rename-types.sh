# by hand
# bytes of one type under two names and in two units, with different period types; a name that is taken; errors
testdata/tiny-profile "$HOME/go" type=inuse_objects/count type=inuse_space/bytes period=space/bytes/512 'main;load=1,1000'
testdata/tiny-profile "$HOME/cpp" type=objects/count type=space/kilobytes period=allocations/count/1 'main;load=2,3' 'boot=1,1'
cprof -symbolize=none -raw "$HOME/go" "$HOME/cpp" || true
cprof -symbolize=none -raw -rename_types=objects=inuse_objects,space=inuse_space "$HOME/go" "$HOME/cpp" || true
cprof -symbolize=none -raw -rename_types=objects=inuse_objects,space=inuse_space -drop_period "$HOME/go" "$HOME/cpp"
cprof -symbolize=none -traces -rename_types=space=inuse_space -drop_period -base="$HOME/cpp" "$HOME/go"
cprof -symbolize=none -raw -rename_types=space=objects "$HOME/cpp" || true
cprof -raw -rename_types=space "$HOME/cpp" || true
