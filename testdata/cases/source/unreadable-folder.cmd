# reference
-symbolize=none -top /nosuchfolder/profile.pb.gz
