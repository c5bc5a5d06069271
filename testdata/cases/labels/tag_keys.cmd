# by hand
-collapsed -tagroot=tenant -tagleaf=endpoint -tag_keys -show='^(tenant:.*|\(no .*|endpoint:.*|example.com/shop/internal/catalog.rank)$' testdata/profiles/go-cpu.pb.gz
