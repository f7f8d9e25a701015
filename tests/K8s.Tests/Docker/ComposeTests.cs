using System.Net;
using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Docker;

/// <summary>compose.yaml asks for images, settings, files and services that there are.</summary>
public sealed class ComposeTests
{
    static readonly JsonObject Compose = YamlJson.Parse(Tree.Read("compose.yaml")).Single();

    static readonly Dictionary<string, JsonNode> Services = Compose["services"]!.AsObject().ToDictionary(s => s.Key, s => s.Value!);

    static readonly Dictionary<string, JsonNode> Built = Services.Where(s => s.Value.At("build") is not null).ToDictionary();

    static readonly Dictionary<string, JsonNode> Silos = Built.Where(s => s.Value.At("command") is null).ToDictionary();

    [Fact]
    public void A_linter_finds_no_error_and_nothing_that_the_schema_does_not_know()
    {
        // Services that are built under a name are what compose's documentation shows; the rest of what is left out are warnings of style.
        var answer = Npm.Run("dclint", Tree.At("compose.yaml"), "--quiet", "--color=false", "--disable-rule", "no-build-and-image");
        Assert.True(answer.Code == 0, answer.Out);

        var wrong = Path.Combine(Directory.CreateTempSubdirectory("grid-compose-").FullName, "compose.yaml");
        File.WriteAllText(wrong, Tree.Read("compose.yaml").Replace("read_only:", "read_onli:", StringComparison.Ordinal));
        Assert.Contains("invalid-schema", Npm.Run("dclint", wrong, "--quiet", "--color=false").Out, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(wrong)!, recursive: true);
    }

    [Fact]
    public void What_is_built_is_a_target_of_the_Dockerfile_under_its_version()
    {
        Assert.NotEmpty(Built);
        foreach (var service in Built.Values)
        {
            Assert.Contains(service.Text("build/target"), Dockerfile.Targets);
            Assert.Equal($"grid-{service.Text("build/target")}:{Dockerfile.Version}", service.Text("image"));
        }
    }

    [Fact]
    public void What_silos_are_told_they_read() =>
        Assert.All(Built.Values.SelectMany(s => s.Map("environment").Keys), name => Assert.True(CompiledSilo.Reads(name), name));

    [Fact]
    public void Three_silos_have_names_addresses_and_folders_of_their_own()
    {
        Assert.Equal(3, Silos.Count);
        Assert.Equal(3, Silos.Values.Select(s => s.Text("environment/Grid__SiloName")).Distinct().Count());
        Assert.Equal(3, Silos.Values.Select(s => s.Text("environment/Grid__Address")).Distinct().Count());
        Assert.Equal(3, Silos.Values.Select(s => s.Items("volumes").Single().ToString()).Distinct().Count());
        var subnet = IPNetwork.Parse(Compose.At("networks/grid/ipam").Items("config").Single().Text("subnet"));
        foreach (var silo in Silos.Values)
        {
            Assert.Equal(silo.Text("environment/Grid__Address"), silo.Text("networks/grid/ipv4_address"));
            Assert.True(subnet.Contains(IPAddress.Parse(silo.Text("environment/Grid__Address"))));
            // More than Grid:ShutdownTimeout, within which it hands its work back.
            Assert.Equal("2m", silo.Text("stop_grace_period"));
        }
    }

    [Fact]
    public void Whatever_is_named_is_there()
    {
        foreach (var (name, service) in Services)
        {
            Assert.All(service.Map("depends_on").Keys, other => Assert.Contains(other, Services.Keys));
            Assert.All(service.Items("configs"), c => Assert.Contains(c.Text("source"), Compose.Map("configs").Keys));
            foreach (var source in service.Items("volumes").Select(v => v.ToString().Split(':')[0]))
            {
                var isThere = source[0] == '.' ? Directory.Exists(Tree.At(source)) : Compose.Map("volumes").ContainsKey(source);
                Assert.True(isThere, $"{name}: {source}");
            }
        }
    }

    [Fact]
    public void Nobody_but_this_machine_reaches_a_port() => Assert.All(
        Services.Values.SelectMany(s => s.Items("ports")),
        port => Assert.StartsWith("127.0.0.1:", port.ToString(), StringComparison.Ordinal));

    /// <summary>Orleans' clients call a gateway by the address at which they reached it; on loopback a silo knows its own port.</summary>
    [Fact]
    public void A_gateway_has_the_port_under_which_clients_reach_it()
    {
        foreach (var silo in Silos.Values)
        {
            var port = silo.Map("environment")
                .GetValueOrDefault("Grid__GatewayPort", CompiledSilo.Settings["Grid__GatewayPort"].Default);
            Assert.Contains($"127.0.0.1:{port}:{port}", silo.Items("ports").Select(p => p.ToString()));
        }

        Assert.Distinct(Silos.Values.SelectMany(s => s.Items("ports")).Select(p => p.ToString().Split(':')[1]));
    }

    [Fact]
    public void Prometheus_is_given_the_alerts_of_Kubernetes()
    {
        var settings = YamlJson.Parse(Compose.Text("configs/prometheus/content")).Single();
        var command = Services["prometheus"].Items("command").Single().ToString();
        var (make, file) = (command.Split(" > ")[0], command.Split(" > ")[1].Split('\n')[0]);
        Assert.Equal(file, settings.Items("rule_files").Single().ToString());
        Assert.Equal("./k8s/components/monitoring/rules:/rules:ro", Services["prometheus"].Items("volumes").Last().ToString());

        var rules = Tree.At("k8s", "components", "monitoring", "rules");
        var made = Tool.Run(Tree.Root, "sh", "-c", make.Replace("/rules", rules, StringComparison.Ordinal))!;
        var wanted = YamlJson.Parse(Tree.Read("k8s", "components", "monitoring", "rules", "alerts.yaml")).Single()["spec"]!;
        Assert.Equal(wanted.ToJsonString(), YamlJson.Parse(made.Out).Single().ToJsonString());
    }

    [Fact]
    public void Prometheus_asks_every_silo_at_its_port()
    {
        var settings = YamlJson.Parse(Compose.Text("configs/prometheus/content")).Single();
        var targets = settings.Items("scrape_configs").SelectMany(c => c.Items("static_configs")).SelectMany(c => c.Items("targets"));
        var port = CompiledSilo.Settings["Grid__HttpPort"].Default;
        Assert.Equal(Silos.Keys.Select(s => $"{s}:{port}").Order(), targets.Select(t => t.ToString()).Order());
    }

    [Fact]
    public void Grafana_has_a_source_of_every_kind_that_its_dashboards_ask()
    {
        var sources = Provisioned("/etc/grafana/provisioning/datasources/").Items("datasources").ToList();
        Assert.NotEmpty(Dashboards);
        var asked = Dashboards.SelectMany(d => d.Items("templating/list")).Where(v => v.Text("type") == "datasource")
            .Select(v => v.Text("query")).Distinct();
        Assert.Equal(asked.Order(), sources.Select(s => s.Text("type")).Order());
        // A panel without a choice of its own takes the first.
        Assert.Equal("prometheus", sources.Single(s => s.At("isDefault") is not null).Text("type"));

        var prometheus = new Uri(sources.Single(s => s.Text("type") == "prometheus").Text("url"));
        Assert.Contains($":{prometheus.Port}", Services[prometheus.Host].Items("ports").Single().ToString(), StringComparison.Ordinal);
        var postgres = sources.Single(s => s.Text("type") != "prometheus");
        var server = Services[postgres.Text("url").Split(':')[0]];
        Assert.Equal("5432", postgres.Text("url").Split(':')[1]);
        Assert.Equal(
            (server.Text("environment/POSTGRES_USER"), server.Text("environment/POSTGRES_DB"),
                server.Text("environment/POSTGRES_PASSWORD")),
            (postgres.Text("user"), postgres.Text("jsonData/database"), postgres.Text("secureJsonData/password")));
    }

    [Fact]
    public void Grafana_looks_for_dashboards_where_ours_are()
    {
        var provider = Provisioned("/etc/grafana/provisioning/dashboards/").Items("providers").Single();
        Assert.Equal("file", provider.Text("type"));
        Assert.Equal(["./k8s/components/monitoring/dashboards", provider.Text("options/path"), "ro"],
            Services["grafana"].Items("volumes").Single().ToString().Split(':'));
    }

    static IEnumerable<JsonNode> Dashboards => Directory.EnumerateFiles(Tree.At("k8s", "components", "monitoring", "dashboards"), "*.json")
        .Select(f => JsonNode.Parse(File.ReadAllText(f))!);

    /// <summary>What Grafana is given in one of the folders that it reads at its start.</summary>
    static JsonObject Provisioned(string folder)
    {
        var config = Services["grafana"].Items("configs").Single(c => c.Text("target").StartsWith(folder, StringComparison.Ordinal));
        Assert.EndsWith(".yaml", config.Text("target"), StringComparison.Ordinal);
        var content = YamlJson.Parse(Compose.Text($"configs/{config.Text("source")}/content")).Single();
        Assert.Equal("1", content["apiVersion"]!.ToString());
        return content;
    }
}
