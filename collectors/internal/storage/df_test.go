package storage_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"hpcstatus/collectors/internal/recorded"
	"hpcstatus/collectors/internal/storage"
)

func show(v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestParseDF(t *testing.T) {
	const heading = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n"
	for _, tt := range []struct {
		name, in string
		want     []storage.Filesystem
	}{
		{"df -P -k", heading + "/dev/vda         200000000 10000000  90000000      15% /\n",
			[]storage.Filesystem{{Device: "/dev/vda", Mount: "/", Size: 200000000 << 10, Used: 10000000 << 10, Available: 90000000 << 10}}},
		{"nothing printed", " \n", nil},
		{"other blocks", "Filesystem 512-blocks Used Available Capacity Mounted on\na:/b 100 40 60 40% /b\n",
			[]storage.Filesystem{{Device: "a:/b", Mount: "/b", Size: 51200, Used: 20480, Available: 30720}}},
		{"plain df", "Filesystem     1K-blocks      Used Available Use% Mounted on\na:/b 100 40 60 40% /b\n",
			[]storage.Filesystem{{Device: "a:/b", Mount: "/b", Size: 102400, Used: 40960, Available: 61440}}},
		{"df -h wrapped", "Filesystem            Size  Used Avail Use% Mounted on\n10.1.2.3@o2ib:10.1.2.4@o2ib:/lustre7\n" +
			"                      1.5P  130T  512  12% /work1\n",
			[]storage.Filesystem{{Device: "10.1.2.3@o2ib:10.1.2.4@o2ib:/lustre7", Mount: "/work1",
				Size: 3 << 49, Used: 130 << 40, Available: 512}}},
		{"one mount for several paths", heading + "a:/b 100 40 60 40% /b\na:/b 100 40 60 40% /b\na:/b 100 40 60 40% /c\n",
			[]storage.Filesystem{{Device: "a:/b", Mount: "/b", Size: 102400, Used: 40960, Available: 61440},
				{Device: "a:/b", Mount: "/c", Size: 102400, Used: 40960, Available: 61440}}},
		{"blanks in names", heading + "//nas/my share 100 40 60 40% /mnt/my share\n",
			[]storage.Filesystem{{Device: "//nas/my share", Mount: "/mnt/my share", Size: 102400, Used: 40960, Available: 61440}}},
		{"more in use than users may", heading + "/dev/sda1 100 99 -4 104% /home\n",
			[]storage.Filesystem{{Device: "/dev/sda1", Mount: "/home", Size: 102400, Used: 99 << 10}}},
		{"not on a disk", heading + "tmpfs 100 0 100 0% /dev/shm\nproc 0 0 0 - /proc\noverlay 100 4 96 4% /\n" +
			"/dev/loop3 100 100 0 100% /snap/x\nmap auto.home 1 1 0 100% /home\nhome 0 0 0 - /home\n", nil},
		{"numbers that do not fit", heading + "a 9999999999999999999 1 1 1% /a\nb 1 x 1 1% /b\n", nil},
		{"complaints between", "df: /x: Stale file handle\n" + heading + "df: /y: Permission denied\na:/b 100 40 60 40% /b\n",
			[]storage.Filesystem{{Device: "a:/b", Mount: "/b", Size: 102400, Used: 40960, Available: 61440}}},
		{"hostile names", heading + "a\x1b[31m:/b\xff 100 40 60 40% /b\u202ec\n",
			[]storage.Filesystem{{Device: "a:/b\ufffd", Mount: "/bc", Size: 102400, Used: 40960, Available: 61440}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := storage.ParseDF([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s\nwant %s", show(got), show(tt.want))
			}
		})
	}
}

func TestParseDFErrors(t *testing.T) {
	for _, in := range []string{
		"a:/b 100 40 60 40% /b\n", "Filesystem Inodes IUsed IFree IUse% Mounted on\n",
		"Filesystem 0-blocks Used Available Capacity Mounted on\n", "Filesystem 99999999999999999999-blocks Used\n",
	} {
		if _, err := storage.ParseDF([]byte(in)); err == nil || !strings.HasPrefix(err.Error(), "read the output of df: ") {
			t.Errorf("ParseDF(%q): error %v", in, err)
		}
	}
}

func TestParseDFRecorded(t *testing.T) {
	got, err := storage.ParseDF(recorded.File(t, "hpcmp/df_h_afrl_spirit_wrapped.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var mounts []string
	for _, f := range got {
		mounts = append(mounts, f.Mount)
	}
	want := "/ /boot /scratch /var/spool/mail /work1 /work4 /work3 /work2 /p/cwfs /p/CWFS1"
	if strings.Join(mounts, " ") != want {
		t.Errorf("got mounts %v, want %s", mounts, want)
	}
	if work4 := got[5]; work4.Used != 793<<40 || work4.Available != 368<<40 || work4.Size < 1<<50 {
		t.Errorf("got %s", show(work4))
	}
}

func FuzzParseDF(f *testing.F) {
	f.Add("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 200000000 10000000 90000000 15% /\nlong\n 1 1 0 - /x\n")
	f.Add("Filesystem Size Used Avail Use% Mounted on\na 1.2P 130T 1.1P 12% /work1\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, err := storage.ParseDF([]byte(text))
		if err != nil && found != nil {
			t.Error("data with an error")
		}
		seen := map[string]bool{}
		for _, fs := range found {
			if fs.Size <= 0 || fs.Used < 0 || fs.Available < 0 || fs.Device == "" || seen[fs.Mount] {
				t.Errorf("bad filesystem %s", show(fs))
			}
			seen[fs.Mount] = true
		}
	})
}
