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
        Assert.Equal(["migrate"], rendering.Of("Job").Single(j => j.Text("metadata/name") == "schema")
            .Items("spec/template/spec/containers").Single().Items("args").Select(a => a.ToString()));
        Assert.Contains("Silo migrate ", Tool.Run(AppContext.BaseDirectory, "dotnet", "Silo.dll", "--help")!.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_silo_tells_what_it_reads_and_opens()
    {
        Assert.Equal((typeof(int), "8080"),
            (CompiledSilo.Settings["Grid__HttpPort"].Type, CompiledSilo.Settings["Grid__HttpPort"].Default));
        Assert.Equal("00:00:01", $"{CompiledSilo.Settings["Grid__ShutdownTimeout"].Range?.Minimum}");
        Assert.All(["Grid__Tls__KeyFile", "Grid__PasswordFile", "ConnectionStrings__Grid", "POD_IP", "POD_NAME", "XDG_CACHE_HOME",
            "GRID_DATA"], n => Assert.True(CompiledSilo.Reads(n), n));
        Assert.All(["Grid__Slot", "POD", "ConnectionStrings__Else"], n => Assert.False(CompiledSilo.Reads(n), n));
        Assert.Superset(new HashSet<string> { "/health/live", "/health/ready", "/health/startup", "/metrics" },
            CompiledSilo.Paths.ToHashSet());
    }

    static void Nothing(IEnumerable<string> findings) => Assert.Empty(findings);
}
