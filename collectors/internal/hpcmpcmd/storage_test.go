package hpcmpcmd_test

import (
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/internal/hpcmpcmd"
)

func TestParseStorage(t *testing.T) {
	gib := func(n int64) *int64 { return new(n << 30) }
	for _, tt := range []struct {
		name, in string
		want     []hpcmpcmd.Disk
	}{
		{"units in the heading", "Storage of user7\n\nFilesystem        Used (GB)  Quota (GB)  Limit (GB)  Files Used   % Used\n" +
			"----------------- ---------- ----------- ----------- ------------ -------\n" +
			"/p/home/user7     12         30          60          1000         40%\n" +
			"/p/work1/user7    1,024*     -           2048        99           50%\n\n",
			[]hpcmpcmd.Disk{{Path: "/p/home/user7", Used: gib(12), Quota: gib(30), Limit: gib(60)},
				{Path: "/p/work1/user7", Used: gib(1024), Limit: gib(2048)}}},
		{"units in the cells", "Directory    Usage      Quota\n------------ ---------- ---------\n$HOME        12.5 GB    30 GB\n$CENTER      0          100T\nNote: purge  on         Mondays\n",
			[]hpcmpcmd.Disk{{Path: "$HOME", Used: new(int64(25 << 29)), Quota: gib(30)}, {Path: "$CENTER", Used: new(int64(0)), Quota: gib(100 << 10)}}},
		{"a ruler without gaps", "Path     Used_GB   Limit_GB\n---------------------------\n/home    -         1\n", []hpcmpcmd.Disk{{Path: "/home", Limit: gib(1)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := hpcmpcmd.ParseStorage([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseStorageErrors(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", "", "this centre's format is not known"},
		{"prose", "Your home directory is over its quota.\n", "format is not known"},
		{"no unit", "Path     Used   Quota\n------ ------ -------\n/home    12    30\n", `used of /home: "12" has no unit`},
		{"no size", "Path     Used   Quota\n------ ------ -------\n/home    12x    30\n", `used of /home: "12x" is no size`},
		{"two uses", "Path     Used   Used   Quota\n------ ------ ------ -------\n/home    12G   5    30G\n", "format is not known"},
		{"no limit", "Path     Used\n------ ------ ---\n/home    12G   x\n", "format is not known"},
		{"no path", "Path     Used   Quota\n------ ------ -------\nhome    12G    30G\n", "format is not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := hpcmpcmd.ParseStorage([]byte(tt.in)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %s, %v, want an error with %q", show(got), err, tt.want)
			}
		})
	}
}

func FuzzParseStorage(f *testing.F) {
	f.Add("Path     Used (GB)   Quota\n------ ------ -------\n/home    12    30 GiB\n")
	f.Fuzz(func(t *testing.T, text string) {
		disks, err := hpcmpcmd.ParseStorage([]byte(text))
		if (err == nil) != (len(disks) > 0) {
			t.Fatalf("%d rows with error %v", len(disks), err)
		}
		for _, d := range disks {
			for _, n := range []*int64{d.Used, d.Quota, d.Limit} {
				if n != nil && *n < 0 {
					t.Errorf("negative size in %s", show(d))
				}
			}
		}
	})
}
