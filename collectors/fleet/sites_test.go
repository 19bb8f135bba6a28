package fleet

import "testing"

func TestBuiltinSitesFind(t *testing.T) {
	sites := BuiltinSites()
	for text, want := range map[string]string{
		"Navy DSRC":              "NAVO",
		"NAVO":                   "NAVO",
		"the Navy DSRC, Stennis": "NAVO",
		"U.S. Army ERDC DSRC":    "ERDC",
		"US Army Engineer Research and Development Center (Vicksburg)": "ERDC",
		"AFRL DSRC":                                            "AFRL",
		"U.S. Air Force Research Laboratory":                   "AFRL",
		"ARL DSRC":                                             "ARL",
		"U.S. Army Research Laboratory DSRC":                   "ARL",
		"DEVCOM Army Research Laboratory":                      "ARL",
		"MHPCC DSRC":                                           "MHPCC",
		"Maui High Performance Computing Center":               "MHPCC",
		"NOAA Environmental Security Computing Center (NESCC)": "NESCC",
		"MSU-HPC":              "MSU",
		"Army":                 "",
		"Unclassified Systems": "",
		"Carlisle":             "",
		"DSRC":                 "",
	} {
		if got := sites.Find(text); got != want {
			t.Errorf("Find(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestBuiltinSitesAreWhole(t *testing.T) {
	sites := BuiltinSites()
	domains := map[string]string{
		"ERDC": "erdc.hpc.mil", "NAVO": "navydsrc.hpc.mil", "AFRL": "afrl.hpc.mil",
		"ARL": "arl.hpc.mil", "MHPCC": "mhpcc.hpc.mil",
	}
	owner := map[string]string{}
	for code, site := range sites {
		if site.Code != code || site.Name == "" || site.Location == "" {
			t.Errorf("%s: %+v lacks its code, name or location", code, site)
		}
		if site.Lat == nil || site.Lon == nil || *site.Lat < 18 || *site.Lat > 49 || *site.Lon > -74 || *site.Lon < -160 {
			t.Errorf("%s: not within the United States", code)
		}
		if site.Domain != domains[code] {
			t.Errorf("%s: domain %q, want %q", code, site.Domain, domains[code])
		}
		for _, name := range append([]string{code, site.Name}, site.Names...) {
			if other, taken := owner[Slug(name)]; taken && other != code {
				t.Errorf("%q names %s and %s", name, other, code)
			}
			owner[Slug(name)] = code
			if got := sites.Find(name); got != code {
				t.Errorf("Find(%q) = %q, want %q", name, got, code)
			}
		}
	}
	*sites["NAVO"].Lat = 0
	if *BuiltinSites()["NAVO"].Lat == 0 {
		t.Error("two calls share their coordinates")
	}
}
