package cluster

import (
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/fleet"
)

const (
	dfOut = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n" +
		"/dev/vda         1000 400  500      45% /\n" +
		"nas:/vol/home    2000 600 1400      30% /home\n" +
		"10.1.0.1@o2ib:/work 9000 3000 6000  34% /work\n" +
		"tmpfs 100 1 99 1% /tmp\n"
	quotaOut = "Disk quotas for user user7 (uid 1000): \n     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n" +
		"nas:/vol/home  250*  200  300  6days  10  0  0\n"
	lfsOut = "# /work/user7\nDisk quotas for usr user7 (uid 1000):\n     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace\n" +
		"    /work/user7 1000 0 0 - 7 0 0 -\nDisk quotas for prj 0 (pid 0):\n     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace\n" +
		"    /work/user7 5 0 0 - 7 0 0 -\n" +
		"# /work/projects\nDisk quotas for usr user7 (uid 1000):\n     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace\n" +
		"    /work/projects 1000 0 0 - 7 0 0 -\n"
	showStorage = "Path     Used    Quota\n-------- ------- -------\n/home    1 GB    2 GB\n/archive 3 GB    4 GB\n"
)

func kib(n int64) *int64 { return new(n << 10) }

func TestStorageParts(t *testing.T) {
	whole := func(path string, size, used, available int64) fleet.Storage {
		return fleet.Storage{Path: path, Kind: fleet.FilesystemStorage, Scope: fleet.WholeStorage,
			UsedBytes: kib(used), SoftBytes: kib(size), AvailableBytes: kib(available), Source: "df"}
	}
	want := []fleet.Storage{
		whole("/", 1000, 400, 500),
		{Path: "/archive", Kind: fleet.QuotaStorage, Scope: fleet.UserQuota, UsedBytes: kib(3 << 20), SoftBytes: kib(4 << 20), Source: "show_storage"},
		{Path: "/home", Kind: fleet.QuotaStorage, Scope: fleet.UserQuota, Owner: "user7", UsedBytes: kib(250), SoftBytes: kib(200), HardBytes: kib(300),
			Grace: "6days", FilesUsed: new(int64(10)), Source: "quota"},
		whole("/home", 2000, 600, 1400),
		whole("/work", 9000, 3000, 6000),
		{Path: "/work/user7", Kind: fleet.QuotaStorage, Scope: fleet.UserQuota, Owner: "user7", UsedBytes: kib(1000), FilesUsed: new(int64(7)), Source: "lfs quota"},
	}
	got, err := storageParts(Sections{
		SectionDF:           {Body: []byte(dfOut), Exit: 1, Err: []byte("df: /p: No such file or directory\n")},
		SectionQuota:        {Body: []byte(quotaOut), Exit: 1},
		SectionLFS:          {Body: []byte(lfsOut)},
		SectionHPCMPStorage: {Body: []byte(showStorage)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %s\nwant %s", pretty(got), pretty(want))
	}
}

func TestStoragePartsPartly(t *testing.T) {
	for _, tt := range []struct {
		name     string
		sections Sections
		rows     int
		want     string // of the error; empty for none
	}{
		{"nothing ran", Sections{}, 0, ""},
		{"no quotas", Sections{SectionQuota: {Body: []byte("Disk quotas for user user7 (uid 1000): none\n")}}, 0, ""},
		{"only memory", Sections{SectionDF: {Body: []byte("Filesystem 1024-blocks Used Available Capacity Mounted on\ntmpfs 1 1 0 1% /tmp\n")}}, 0, ""},
		{"quota not offered", Sections{SectionDF: {Body: []byte(dfOut)}, SectionQuota: {Exit: 1, Err: []byte("quota: no quota support\n")}}, 3, ""},
		{"show_storage prints prose", Sections{SectionDF: {Body: []byte(dfOut)}, SectionHPCMPStorage: {Body: []byte("All is well.\n")}}, 3, ""},
		{"lfs hangs", Sections{SectionDF: {Body: []byte(dfOut)}, SectionLFS: {Exit: 124}}, 3, "lfs quota: no answer within its time limit"},
		{"lfs hangs after one path", Sections{SectionLFS: {Body: []byte(lfsOut), Exit: 124}}, 2, "lfs quota: no answer within its time limit"},
		{"all fail", Sections{SectionDF: {Exit: 1, Err: []byte("df: stale file handle\n")}, SectionQuota: {Exit: 124}, SectionHPCMPStorage: {Body: []byte("All is well.\n")}},
			0, "quota: no answer within its time limit\ndf: df: stale file handle (exit status 1)\nread the output of show_storage: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := storageParts(tt.sections)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if len(got) != tt.rows || !strings.HasPrefix(message, tt.want) || (tt.want == "") != (err == nil) {
				t.Errorf("got %d rows, error %q; want %d, %q", len(got), message, tt.rows, tt.want)
			}
		})
	}
}

func TestStorageScopes(t *testing.T) {
	text := ""
	for _, word := range []string{"usr", "grp", "prj"} {
		text += "Disk quotas for " + word + " x (uid 1):\nFilesystem kbytes quota limit grace files quota limit grace\n/work 1 2 3 - 1 0 0 -\n"
	}
	got, err := storageParts(Sections{SectionLFS: {Body: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	var scopes []fleet.StorageScope
	for _, p := range got {
		scopes = append(scopes, p.Scope)
	}
	if want := []fleet.StorageScope{fleet.GroupQuota, fleet.ProjectQuota, fleet.UserQuota}; !reflect.DeepEqual(scopes, want) {
		t.Errorf("got %v, want %v", scopes, want)
	}
}
