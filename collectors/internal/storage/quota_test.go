package storage_test

import (
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/internal/recorded"
	"hpcstatus/collectors/internal/storage"
)

func kib(n int64) *int64 { return new(n << 10) }

func TestParseQuota(t *testing.T) {
	const user = "Disk quotas for user user7 (uid 1000): \n"
	const heading = "     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n"
	user7 := func(path string) storage.Quota {
		return storage.Quota{Path: path, Scope: storage.User, Owner: "user7"}
	}
	for _, tt := range []struct {
		name, in string
		want     []storage.Quota
	}{
		{"below every limit", user + heading + "/dev/sda1  100  200  300  10  20  30\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(100), Soft: kib(200), Hard: kib(300),
				FilesUsed: new(int64(10)), FilesSoft: new(int64(20)), FilesHard: new(int64(30))}}},
		{"over both", user + heading + "/dev/sda1  250*  200  300  6days  25*  20  30  23:59\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(250), Soft: kib(200), Hard: kib(300), Grace: "6days",
				FilesUsed: new(int64(25)), FilesSoft: new(int64(20)), FilesHard: new(int64(30))}}},
		{"over the files only", user + heading + "/dev/sda1  100  200  300  25*  20  30  none\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(100), Soft: kib(200), Hard: kib(300),
				FilesUsed: new(int64(25)), FilesSoft: new(int64(20)), FilesHard: new(int64(30))}}},
		{"no limit", user + heading + "/dev/sda1  100  0  0  10  0  0\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(100), FilesUsed: new(int64(10))}}},
		{"a hard limit only", user + heading + "/dev/sda1  100  0  300  10  0  30\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(100), Soft: kib(300), Hard: kib(300),
				FilesUsed: new(int64(10)), FilesSoft: new(int64(30)), FilesHard: new(int64(30))}}},
		{"space only", user + heading + "/dev/sda1  100  200  300\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(100), Soft: kib(200), Hard: kib(300)}}},
		{"space only, over", user + heading + "/dev/sda1  250*  200  300  7days\n", []storage.Quota{
			{Path: "/dev/sda1", Scope: storage.User, Owner: "user7", Used: kib(250), Soft: kib(200), Hard: kib(300), Grace: "7days"}}},
		{"quota -s, wrapped", user + heading + "filer1.example.mil:/vol/home\n                  2500M   3000M   4000M           12345   3200m   4300m\n",
			[]storage.Quota{{Path: "filer1.example.mil:/vol/home", Scope: storage.User, Owner: "user7",
				Used: new(int64(2500 << 20)), Soft: new(int64(3000 << 20)), Hard: new(int64(4000 << 20)),
				FilesUsed: new(int64(12345)), FilesSoft: new(int64(3200e6)), FilesHard: new(int64(4300e6))}}},
		{"a group with a blank, and two filesystems", "Disk quotas for group domain users (gid 100): \n" + heading + "/dev/sda1 1 2 3 0 0 0\n/dev/sdb1 4 5 6 0 0 0\n",
			[]storage.Quota{{Path: "/dev/sda1", Scope: storage.Group, Owner: "domain users", Used: kib(1), Soft: kib(2), Hard: kib(3), FilesUsed: new(int64(0))},
				{Path: "/dev/sdb1", Scope: storage.Group, Owner: "domain users", Used: kib(4), Soft: kib(5), Hard: kib(6), FilesUsed: new(int64(0))}}},
		{"numbers that do not fit", user + heading + "/dev/sda1  18446744073709551615  9007199254740992  18014398509481983  1  2  3\n",
			[]storage.Quota{func() storage.Quota {
				q := user7("/dev/sda1")
				q.FilesUsed, q.FilesSoft, q.FilesHard = new(int64(1)), new(int64(2)), new(int64(3))
				return q
			}()}},
		{"none", "Disk quotas for user user7 (uid 1000): none\n", nil},
		{"none in newer words", "Disk quotas for user user7 (uid 1000): no limited resources used\n", nil},
		{"nothing", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := storage.ParseQuota([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseLFS(t *testing.T) {
	const user = "Disk quotas for usr user7 (uid 1000):\n"
	const heading = "     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace\n"
	for _, tt := range []struct {
		name, in string
		want     []storage.Quota
	}{
		{"below its limits", "# /work\n" + user + heading + "          /work 271828182  5000000000 6000000000       -  141421  500000 1000000       -\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Used: kib(271828182), Soft: kib(5000000000), Hard: kib(6000000000),
				FilesUsed: new(int64(141421)), FilesSoft: new(int64(500000)), FilesHard: new(int64(1000000))}}},
		{"over, with a grace", user + heading + "/work 550000000*  500000000 600000000 5d4h32m10s   22222*  800000  900000       expired\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Used: kib(550000000), Soft: kib(500000000), Hard: kib(600000000), Grace: "5d4h32m10s",
				FilesUsed: new(int64(22222)), FilesSoft: new(int64(800000)), FilesHard: new(int64(900000))}}},
		{"a grace in seconds", user + heading + "/work 30* 20 40 604800 1 0 0 -\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Used: kib(30), Soft: kib(20), Hard: kib(40), Grace: "604800", FilesUsed: new(int64(1))}}},
		{"no limit", user + heading + "/work 31415926535 0 0 - 173205 0 0 -\nuid 1000 is using default block quota setting\nuid 1000 is using default file quota setting\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Used: kib(31415926535), FilesUsed: new(int64(173205))}}},
		{"a wrapped path", user + heading + "/home/projects/u/user7\n                88888888       0 100000000       -  777777       0 1000000       -\n",
			[]storage.Quota{{Path: "/home/projects/u/user7", Scope: storage.User, Owner: "user7", Used: kib(88888888), Soft: kib(100000000), Hard: kib(100000000),
				FilesUsed: new(int64(777777)), FilesSoft: new(int64(1000000)), FilesHard: new(int64(1000000))}}},
		{"inaccurate", user + heading + "/work [1000000]  5000000 6000000       -     [0]       0       0       -\n" +
			"Some errors happened when getting quota info. Some devices may be not working or deactivated. The data in \"[]\" is inaccurate.\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Soft: kib(5000000), Hard: kib(6000000)}}},
		{"lfs quota -h of a new version", user + "     Filesystem    used  bquota  blimit  bgrace   files  iquota  ilimit  igrace\n             /l  2.5T      0k   3T       - 2236067 40000000 44000000       -\n",
			[]storage.Quota{{Path: "/l", Scope: storage.User, Owner: "user7", Used: new(int64(5 << 39)), Soft: new(int64(3 << 40)), Hard: new(int64(3 << 40)),
				FilesUsed: new(int64(2236067)), FilesSoft: new(int64(40000000)), FilesHard: new(int64(44000000))}}},
		{"user, group and project of two paths", "# /a\n" + user + heading + "/a 1 2 3 - 1 0 0 -\nDisk quotas for grp staff (gid 100):\n" + heading + "/a 4 0 0 - 1 0 0 -\n" +
			"# /b\nDisk quotas for prj 4711 (pid 4711):\n" + heading + "/b 7 8 9 * 1 2 3 *\n",
			[]storage.Quota{{Path: "/a", Scope: storage.User, Owner: "user7", Used: kib(1), Soft: kib(2), Hard: kib(3), FilesUsed: new(int64(1))},
				{Path: "/a", Scope: storage.Group, Owner: "staff", Used: kib(4), FilesUsed: new(int64(1))},
				{Path: "/b", Scope: storage.Project, Owner: "4711", Used: kib(7), Soft: kib(8), Hard: kib(9),
					FilesUsed: new(int64(1)), FilesSoft: new(int64(2)), FilesHard: new(int64(3))}}},
		{"with each server", user + heading + "/work 10 20 30 - 1 0 0 -\nwork-MDT0000_UUID\n 4.5M - 0k - 4444 - 0 -\nquotactl ost0 failed.\nwork-OST0001_UUID 8.4G - 0k - - - - -\n",
			[]storage.Quota{{Path: "/work", Scope: storage.User, Owner: "user7", Used: kib(10), Soft: kib(20), Hard: kib(30), FilesUsed: new(int64(1))}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := storage.ParseLFS([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseQuotaErrors(t *testing.T) {
	for _, in := range []string{
		"# /work\n", "quota: cannot find quota device\n",
		"Disk quotas for usr user7 (uid 1000):\n     Filesystem  kbytes\n", // cut off
		"Disk quotas for box user7 (uid 1000):\nFilesystem kbytes\n/work 1 2 3\n",
		"Filesystem kbytes quota limit\n/work 1 2 3\n",
		"Disk quotas for usr user7 (uid 1000):\nFilesystem kbytes\n1 2 3\n/work 1 2\n/work 1 2 many\n",
	} {
		if got, err := storage.ParseLFS([]byte(in)); err == nil || !strings.HasPrefix(err.Error(), "read the output of lfs quota: ") {
			t.Errorf("ParseLFS(%q) = %s, %v", in, show(got), err)
		}
	}
}

func TestParseQuotaRecorded(t *testing.T) {
	got, err := storage.ParseQuota(recorded.File(t, "storage/quota_Qs_olcf.txt"))
	if err != nil || len(got) != 1 || *got[0].Used != 4858<<20 || got[0].Owner != "usrid" {
		t.Errorf("quota: got %s, %v", show(got), err)
	}
	for _, folder := range []string{"storage", "noaa-rdhpcs"} {
		got, err = storage.ParseLFS(recorded.File(t, folder+"/lfs_quota_project_hera.txt"))
		want := []storage.Quota{{Path: "/scratch3", Scope: storage.Project, Owner: "10052", Used: kib(4), Soft: kib(1048576), Hard: kib(1258291),
			FilesUsed: new(int64(1)), FilesSoft: new(int64(100000)), FilesHard: new(int64(120000))}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("lfs quota: got %s, %v\nwant %s", show(got), err, show(want))
		}
	}
}

func FuzzParseQuota(f *testing.F) {
	f.Add("# /work\nDisk quotas for usr a (uid 1):\nFilesystem kbytes\n/work 30* 20 40 6days 1 0 0 -\n/long\n [1] 2 3 - 4m 0 0 -\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, err := storage.ParseLFS([]byte(text))
		if err != nil && found != nil {
			t.Error("data with an error")
		}
		for _, q := range found {
			for _, n := range []*int64{q.Used, q.Soft, q.Hard, q.FilesUsed, q.FilesSoft, q.FilesHard} {
				if n != nil && *n < 0 {
					t.Errorf("negative amount in %s", show(q))
				}
			}
			if q.Path == "" || q.Owner == "" || q.Scope == "" || (q.Hard != nil && q.Soft == nil) || (q.FilesHard != nil && q.FilesSoft == nil) {
				t.Errorf("bad quota %s", show(q))
			}
		}
	})
}
