using Grid.K8s.Tests.Rules;

namespace Grid.K8s.Tests;

public sealed class OverlayTests
{
    public static TheoryData<string> All => Renderings.All;

    [Theory, MemberData(nameof(All))]
    public void Everything_that_is_named_is_there(string overlay) => Nothing(References.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void Probes_and_ports_are_those_of_the_silo(string overlay) => Nothing(Probes.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void The_silo_reads_every_setting_and_has_time_to_stop(string overlay) => Nothing(Settings.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void Pods_keep_to_the_restricted_standard(string overlay) => Nothing(Security.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void Pods_are_changed_one_by_one(string overlay) => Nothing(Rollout.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void Images_are_those_of_this_version(string overlay) => Nothing(Images.Findings(Renderings.Of(overlay)));

    [Theory, MemberData(nameof(All))]
    public void Both_kinds_of_silo_and_the_schema_are_there(string overlay)
    {
        var rendering = Renderings.Of(overlay);
        Assert.Equal(["control", "worker"], rendering.Silos.Select(w => w.Object.Text("metadata/name")).Order());
        Assert.Equal(["migrate"], rendering.Of("Job").Single().Items("spec/template/spec/containers").Single().Items("args").Select(a => a.ToString()));
        Assert.Contains("case [\"migrate\"]:", Tree.Read("Silo", "Program.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_of_the_silo_is_understood()
    {
        Assert.Equal(("int", "8080", "1", "65535"), (SiloSource.Settings["Grid__HttpPort"].Type, SiloSource.Settings["Grid__HttpPort"].Default, SiloSource.Settings["Grid__HttpPort"].Least, SiloSource.Settings["Grid__HttpPort"].Most));
        Assert.Equal("00:00:01", SiloSource.Settings["Grid__ShutdownTimeout"].Least);
        Assert.Equal((Tree.Read("Silo", "Configuration", "GridOptions.cs") + Tree.Read("Silo", "Configuration", "TlsSettings.cs")).Split("{ get; set; }").Length - 1, SiloSource.Settings.Count);
        Assert.Superset(new HashSet<string> { "Grid__PasswordFile", "ConnectionStrings__Grid", "POD_IP", "POD_NAME", "XDG_CACHE_HOME", "GRID_DATA" }, SiloSource.Names.ToHashSet());
        Assert.Contains("/health/live", SiloSource.Paths);
        Assert.Equal("/metrics", SiloSource.MetricsPath);
    }

    static void Nothing(IEnumerable<string> findings) => Assert.Empty(findings);
}
