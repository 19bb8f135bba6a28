package fleet

// BuiltinSites is a fresh copy of the sites that need no configuration: the five HPCMP
// centres and the places where NOAA's RDHPCS systems stand. An operator adds or overrides.
//
// Names are what a heading of a status page may call the centre, so they hold nothing that
// two centres share ("Army" is ERDC's and ARL's). A domain is given only where the login
// node of a system is its name within that domain, as it is at the HPCMP; the RDHPCS
// reaches its systems through bastion hosts with names of their own.
func BuiltinSites() Sites {
	sites := Sites{}
	for _, site := range append(hpcmpCentres(), noaaCentres()...) {
		sites[site.Code] = site
	}
	return sites
}

func hpcmpCentres() []Site {
	return []Site{
		{
			Code: "AFRL", Name: "AFRL DSRC", Domain: "afrl.hpc.mil",
			Location: "Wright-Patterson Air Force Base, OH", Lat: degrees(39.82), Lon: degrees(-84.05),
			Names: []string{"Air Force Research Laboratory DSRC", "Air Force Research Laboratory", "Air Force Research Lab", "Air Force DSRC"},
		},
		{
			Code: "ARL", Name: "ARL DSRC", Domain: "arl.hpc.mil",
			Location: "Aberdeen Proving Ground, MD", Lat: degrees(39.47), Lon: degrees(-76.13),
			Names: []string{"Army Research Laboratory DSRC", "Army Research Laboratory", "Army Research Lab"},
		},
		{
			Code: "ERDC", Name: "ERDC DSRC", Domain: "erdc.hpc.mil",
			Location: "Vicksburg, MS", Lat: degrees(32.30), Lon: degrees(-90.87),
			Names: []string{"Engineer Research and Development Center DSRC", "Engineer Research and Development Center",
				"Engineer Research & Development Center"},
		},
		{
			Code: "MHPCC", Name: "MHPCC DSRC", Domain: "mhpcc.hpc.mil",
			Location: "Kihei, HI", Lat: degrees(20.75), Lon: degrees(-156.43),
			Names: []string{"Maui High Performance Computing Center", "Maui DSRC", "Maui HPC Center"},
		},
		{
			Code: "NAVO", Name: "Navy DSRC", Domain: "navydsrc.hpc.mil",
			Location: "Stennis Space Center, MS", Lat: degrees(30.36), Lon: degrees(-89.60),
			Names: []string{"NAVO DSRC", "NAVOCEANO", "Naval Oceanographic Office", "Navy DoD Supercomputing Resource Center", "Navy"},
		},
	}
}

func noaaCentres() []Site {
	return []Site{
		{
			Code: "BOULDER", Name: "NOAA Boulder",
			Location: "Boulder, CO", Lat: degrees(39.99), Lon: degrees(-105.26),
			Names: []string{"NOAA Global Systems Laboratory", "David Skaggs Research Center"},
		},
		{
			Code: "GFDL", Name: "NOAA GFDL",
			Location: "Princeton, NJ", Lat: degrees(40.35), Lon: degrees(-74.60),
			Names: []string{"Geophysical Fluid Dynamics Laboratory"},
		},
		{
			Code: "MSU", Name: "MSU HPC",
			Location: "Starkville, MS", Lat: degrees(33.46), Lon: degrees(-88.79),
			Names: []string{"MSU-HPC", "Mississippi State University"},
		},
		{
			Code: "NCRC", Name: "NCRC at ORNL",
			Location: "Oak Ridge, TN", Lat: degrees(35.93), Lon: degrees(-84.31),
			Names: []string{"National Climate-Computing Research Center", "ORNL", "Oak Ridge National Laboratory"},
		},
		{
			Code: "NESCC", Name: "NOAA NESCC",
			Location: "Fairmont, WV", Lat: degrees(39.49), Lon: degrees(-80.14),
			Names: []string{"NOAA Environmental Security Computing Center"},
		},
	}
}

func degrees(d float64) *float64 { return &d }
