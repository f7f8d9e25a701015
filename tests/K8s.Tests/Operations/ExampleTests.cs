using System.Text.Json.Nodes;
using Grid.K8s.Tests.Rules;

namespace Grid.K8s.Tests.Operations;

/// <summary>What k8s/examples adds to a cluster is let in, by Kubernetes and by the silos.</summary>
public sealed class ExampleTests
{
    public static TheoryData<string> All => [.. Renderings.Examples.Keys];

    [Theory, MemberData(nameof(All))]
    public void A_job_submits_a_sweep_under_the_restricted_standard(string example)
    {
        var rendering = Renderings.Of(example);
        Assert.Empty(References.Findings(rendering).Concat(Security.Findings(rendering)).Concat(Images.Findings(rendering)));
        var job = rendering.Workloads.Single(w => w.Labels.GetValueOrDefault("app.kubernetes.io/name") == "gridctl");
        var arguments = job.Containers.Single().Items("args").Select(a => a.ToString()).ToList();
        var service = rendering.Of("Service")
            .Single(s => s.Items("spec/ports").Any(p => $"{s.Text("metadata/name")}:{p.Text("port")}" == arguments[^1]));
        // A client calls a gateway by the address at which it reached it, and a silo knows no other than its own.
        Assert.Equal("None", service.Text("spec/clusterIP"));
        Assert.Equal(["submit", "/sweeps/sweep.yaml"], arguments[..2]);
    }

    [Theory, MemberData(nameof(All))]
    public void Its_pods_are_let_out_to_gateways_and_in_there(string example)
    {
        var rendering = Renderings.Of(example);
        var job = rendering.Workloads.Single(w => w.Labels.GetValueOrDefault("app.kubernetes.io/name") == "gridctl");
        Assert.Equal(job.Object.Text("metadata/namespace"), rendering.Of("Deployment").First().Text("metadata/namespace"));
        var policies = rendering.Of("NetworkPolicy").ToList();
        Assert.Contains(policies, p => p.At("spec/podSelector/matchLabels") is not null
            && Rendering.Selects(p.Map("spec/podSelector/matchLabels"), job.Labels) && Opens(p.Items("spec/egress")));
        Assert.Contains(policies.SelectMany(p => p.Items("spec/ingress")), i => Opens([i]) && i.Items("from").Any(IsJob));

        bool IsJob(JsonNode from) =>
            from.At("namespaceSelector") is null && Rendering.Selects(from.Map("podSelector/matchLabels"), job.Labels);
        static bool Opens(IEnumerable<JsonNode> rules) => rules.SelectMany(r => r.Items("ports")).Any(o => o.Text("port") == "30000");
    }

    [Fact]
    public void Where_clients_show_certificates_the_job_has_one()
    {
        var rendering = Renderings.Of("submit-tls");
        Assert.Equal("true", rendering.Environment(rendering.Silos.First().Containers.Single())["Grid__Tls__ClientCertificates"]);
        var container = rendering.Workloads.Single(w => w.Labels.GetValueOrDefault("app.kubernetes.io/name") == "gridctl").Containers
            .Single();
        Assert.Equal(["GRID_TLS_AUTHORITY", "GRID_TLS_CERTIFICATE", "GRID_TLS_KEY"], container.Items("env").Select(e => e.Text("name")));
        Assert.All(container.Items("env"), e => Assert.StartsWith("/run/secrets/grid-client-tls/", e.Text("value")));
    }
}
