using System.Text.Json.Nodes;
using Grid.K8s.Tests.Docker;
using Grid.K8s.Tests.Rules;

namespace Grid.K8s.Tests.Operations;

/// <summary>What people who run clusters stumbled over, and must not again.</summary>
public sealed class OperationTests
{
    [Fact]
    public void The_cluster_on_one_machine_fits_two_processors()
    {
        // Of 2, kind's control plane asks for 1.05.
        static double Of(Workload w) => (w.Object.Whole("spec/replicas") ?? 1) * w.Containers.Sum(c => Quantity.Of(c.Text("resources/requests/cpu")));
        var asked = Renderings.Of("kind").Workloads.Sum(Of);
        Assert.InRange(asked, 0.1, 0.95);
    }

    [Fact]
    public void The_quick_start_done_twice_keeps_its_password()
    {
        // The database takes it at its first start, and never again.
        var line = Tree.Read("k8s", "README.md").Split('\n').Single(l => l.Contains("openssl rand", StringComparison.Ordinal));
        Assert.Contains("[ -s k8s/overlays/kind/postgres-password ] ||", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prod", "grid")]
    [InlineData("prod", "elsewhere")]
    public void Workers_are_as_many_as_the_groups_of_their_own_namespace_ask_for(string overlay, string space)
    {
        var rendering = space == "grid" ? Renderings.Of(overlay) : Renderings.In(space, overlay);
        var query = rendering.Of("ScaledObject").Single().Items("spec/triggers").Single().Text("metadata/query");
        Assert.Equal($"sum(grid_groups_unfinished{{namespace=\"{space}\"}})", query);
        Assert.DoesNotContain(References.Findings(rendering), f => f.StartsWith("ScaledObject", StringComparison.Ordinal));
    }

    [Fact]
    public void Production_is_encrypted_and_clients_show_certificates()
    {
        var rendering = Renderings.Of("prod");
        Assert.All(rendering.Silos, w =>
        {
            var environment = rendering.Environment(w.Containers.Single());
            Assert.Equal("true", environment["Grid__Tls__ClientCertificates"]);
            Assert.Contains("SSL Mode=VerifyFull", environment["ConnectionStrings__Grid"], StringComparison.Ordinal);
            // RDS, Cloud SQL and CloudNativePG sign with authorities of their own.
            Assert.Equal("/run/secrets/grid/ca.crt", environment["PGSSLROOTCERT"]);
        });
    }

    [Fact]
    public void Productions_page_is_reached_by_https_and_by_people_with_roles_alone()
    {
        var rendering = Renderings.Of("prod");
        Assert.All(rendering.Silos, w =>
            Assert.Equal("/run/secrets/grid-people/people", rendering.Environment(w.Containers.Single())["Grid__Identity__PeopleFile"]));
        Assert.Equal("https", rendering.Of("Service").Single(s => s.Text("metadata/name") == "web").Items("spec/ports").Single().Text("targetPort"));
        // The port in the clear is for those who watch; probes come from the node.
        var clear = from policy in rendering.Of("NetworkPolicy")
                    where policy.Items("spec/ingress").Any(i => i.Items("ports").Any(p => p.Text("port") == "8080"))
                    select policy.Text("metadata/name");
        Assert.Equal(["metrics"], clear);
    }

    [Fact]
    public void Production_leaves_the_cluster_for_the_database_alone()
    {
        var outward = Renderings.Of("prod").Of("NetworkPolicy").SelectMany(p => p.Items("spec/egress"))
            .Where(e => e.At("to") is null || e.Items("to").Any(t => t.Text("ipBlock/cidr").EndsWith("/0", StringComparison.Ordinal)));
        Assert.All(outward, e => Assert.Equal(["5432"], e.Items("ports").Select(p => p.Text("port"))));
        Assert.Contains(Renderings.Of("kind").Of("NetworkPolicy"), p => p.Text("metadata/name") == "to-data-sets");
    }

    [Fact]
    public void Production_pulls_its_images_with_a_secret() =>
        Assert.All(
            Renderings.Of("prod").Of("ServiceAccount"), a => Assert.Equal("grid-registry", a.Items("imagePullSecrets").Single().Text("name")));

    [Fact]
    public void Names_are_looked_up_wherever_a_cluster_does_that()
    {
        var rules = Renderings.Of(Renderings.Base).Of("NetworkPolicy").Single(p => p.Text("metadata/name") == "names")
            .Items("spec/egress").ToList();
        Assert.Contains(rules, r => r.Items("ports").All(p => p.Text("port") == "53")
            && r.Items("to").Any(t => t.Text("ipBlock/cidr") == "169.254.20.10/32"));
        Assert.Contains(rules, r => r.Items("ports").All(p => p.Text("port") == "5353")
            && r.Items("to").Any(t => t.Map("namespaceSelector/matchLabels").GetValueOrDefault("kubernetes.io/metadata.name") == "openshift-dns"));
    }

    [Theory, MemberData(nameof(OverlayTests.All), MemberType = typeof(OverlayTests))]
    public void Argo_and_Flux_renew_the_schema_job_before_they_change_silos(string overlay)
    {
        var rendering = Renderings.Of(overlay);
        var job = rendering.Of("Job").Single(j => j.Text("metadata/name") == "schema").Map("metadata/annotations");
        Assert.Equal(("Sync", "BeforeHookCreation"), (job["argocd.argoproj.io/hook"], job["argocd.argoproj.io/hook-delete-policy"]));
        Assert.Equal("enabled", job["kustomize.toolkit.fluxcd.io/force"]);
        Assert.All(rendering.Of("Deployment"), d => Assert.Equal("1", d.Map("metadata/annotations")["argocd.argoproj.io/sync-wave"]));
    }

    [Fact]
    public void Every_alert_leads_to_its_section_of_the_runbook_where_the_overlay_says_it_is()
    {
        // As a person would set it.
        var rule = Renderings.In("elsewhere", "prod", ("https://git.example/", "https://git.mine/")).Of("PrometheusRule").Single();
        var rules = rule.Items("spec/groups").SelectMany(g => g.Items("rules")).ToList();
        Assert.NotEmpty(rules);
        static string Wanted(JsonNode rule) => $"https://git.mine/grid/docs/runbook.md#{rule.Text("alert").ToLowerInvariant()}";
        Assert.All(rules, r => Assert.Equal(Wanted(r), r.Text("annotations/runbook_url")));
    }

    [Theory, MemberData(nameof(OverlayTests.All), MemberType = typeof(OverlayTests))]
    public void To_apply_again_what_is_there_asks_for_no_change(string overlay)
    {
        // What the API server fills in within a list or a strategy, kubectl takes for a difference, and sends again.
        var rendering = Renderings.Of(overlay);
        Assert.All(rendering.Of("Deployment"), d => Assert.Equal("RollingUpdate", d.Text("spec/strategy/type")));
        var ports = from policy in rendering.Of("NetworkPolicy")
                    from rule in policy.Items("spec/ingress").Concat(policy.Items("spec/egress"))
                    from port in rule.Items("ports")
                    select port.Text("protocol");
        Assert.All(ports, protocol => Assert.Contains(protocol, new[] { "TCP", "UDP" }));
    }

    [Fact]
    public void Dashboards_and_alerts_come_once_to_a_cluster()
    {
        static bool IsDashboard(JsonObject map) => map.Map("metadata/labels").ContainsKey("grafana_dashboard");
        Assert.Equal(["prod"], Renderings.Overlays.Where(o => Renderings.Of(o).Of("ConfigMap").Any(IsDashboard)));
        Assert.Equal(["prod"], Renderings.Overlays.Where(o => Renderings.Of(o).Of("PrometheusRule").Any()));
    }

    [Fact]
    public void The_build_context_holds_every_project_that_an_image_is_made_of()
    {
        var projects = Publication.All.SelectMany(p => Publication.Closure(p.Project)).ToHashSet();
        Assert.All(projects, project => Assert.True(BuildContext.IsIn(project), $".dockerignore holds back {project}"));
        Assert.Contains("Lab/Lab.csproj", projects);
    }
}
