using System.Text.Json.Nodes;
using Grid.K8s.Tests.Docker;
using Grid.K8s.Tests.Rules;

namespace Grid.K8s.Tests;

/// <summary>
/// Every rule notices what it is there for: one fault at a time is put into the base, or where that has no such object, into production.
/// </summary>
public sealed class DamageTests
{
    static readonly (string Object, Action<JsonObject> Damage, string Finding)[] Faults =
    [
        ("Deployment worker", o => Set(o, "spec/template/metadata/labels/app.kubernetes.io~component", "else"), "selector does not match"),
        ("Deployment worker", o => Set(o, "spec/template/spec/serviceAccountName", "else"), "no service account 'else'"),
        ("Deployment worker", o => Set(Container(o), "envFrom/0/configMapRef/name", "else"), "no ConfigMap 'else'"),
        ("Deployment worker", o => Set(o, "spec/template/spec/volumes/0/secret/secretName", "else"), "no secret 'else'"),
        ("Deployment worker", o => Set(Container(o), "volumeMounts/1/name", "else"), "no volume 'else'"),
        ("Service silo", o => Set(o, "spec/ports/0/targetPort", "else"), "no port 'else'"),
        ("Service gateway", o => Set(o, "spec/selector/app.kubernetes.io~component", "else"), "selects no pods"),
        ("NetworkPolicy silo-to-silo", o => Set(o, "spec/ingress/0/ports/0/port", 11112), "at port 11112"),
        ("NetworkPolicy silo-to-silo", o => Set(o, "spec/egress/0/to/0/podSelector/matchLabels/grid~silo", "else"), "pods that do not exist"),
        ("PodDisruptionBudget control", o => Set(o, "spec/selector/matchLabels/app.kubernetes.io~component", "else"), "does not select"),
        ("PodDisruptionBudget control", o => Set(o, "spec/selector/matchLabels/app.kubernetes.io~component", "worker"),
            "GPUs are all in use"),
        ("Service silo", o => Set(o, "metadata/namespace", "else"), "no namespace 'else'"),
        ("Deployment control", o => Set(Container(o), "ports/2/containerPort", 8081), "the silo opens 8080"),
        ("Deployment control", o => Set(Container(o), "livenessProbe/httpGet/path", "/health/ready"), "the livenessProbe asks"),
        ("Deployment control", o => Set(Container(o), "readinessProbe/httpGet/port", "gateway"), "asks at port 'gateway'"),
        ("ConfigMap grid", o => Set(o, "data/Grid__HttpPort", "8081"), "the silo opens 8081"),
        ("ConfigMap grid", o => Set(o, "data/Grid__Slot", "4"), "reads no Grid__Slot"),
        ("ConfigMap grid", o => Set(o, "data/Grid__Slots", "many"), "Grid__Slots=many"),
        ("ConfigMap grid", o => Set(o, "data/Grid__LeaseTime", "01:00:00"), "Grid__LeaseTime=01:00:00"),
        ("ConfigMap grid", o => Set(o, "data/Grid__ModelMegabytes", "5000"), "fill the volume"),
        ("ConfigMap grid", o => Set(o, "data/ConnectionStrings__Grid", "Host=x;Password=y"), "a password"),
        ("ConfigMap grid", o => Set(o, "data/Grid__PasswordFile", "/etc/password"), "not in a mounted secret"),
        ("ConfigMap grid", o => Set(o, "data/Grid__ShutdownTimeout", "00:02:10"), "leaves no time"),
        ("Deployment worker", o => Set(Container(o), "env/2/valueFrom/fieldRef/fieldPath", "metadata.uid"), "POD_NAME is not"),
        ("Deployment worker", o => Set(Container(o), "securityContext/readOnlyRootFilesystem", false), "can be written"),
        ("Deployment worker", o => Set(Container(o), "securityContext/capabilities/drop/0", "NET_RAW"), "keeps capabilities"),
        ("Deployment worker", o => Set(Container(o), "securityContext/allowPrivilegeEscalation", true), "allowPrivilegeEscalation"),
        ("Deployment worker", o => Set(Container(o), "resources/limits/cpu", "4"), "look dead"),
        ("Deployment worker", o => Set(Container(o), "resources/requests/memory", "9Gi"), "more memory than its limit"),
        ("Deployment worker", o => Set(Container(o), "resources/limits/ephemeral-storage", "8Gi"), "may fill more"),
        ("Deployment worker", o => Set(o, "spec/template/spec/securityContext/runAsNonRoot", false), "runAsNonRoot"),
        ("Deployment worker", o => Set(o, "spec/template/spec/securityContext/seccompProfile/type", "Unconfined"), "seccomp"),
        ("Deployment worker", o => Set(o, "spec/template/spec/volumes/2", new JsonObject { ["name"] = "tmp", ["hostPath"] = new JsonObject { ["path"] = "/tmp" } }), "forbidden kind"),
        ("Deployment worker", o => Set(o, "spec/template/spec/hostNetwork", true), "hostNetwork"),
        ("ServiceAccount worker", o => Set(o, "automountServiceAccountToken", true), "token is mounted"),
        ("Namespace grid", o => Set(o, "metadata/labels/pod-security.kubernetes.io~enforce", "baseline"), "not restricted"),
        ("NetworkPolicy default-deny", o => Set(o, "spec/policyTypes/0", "Egress"), "denies by default"),
        ("Deployment control", o => Set(o, "spec/strategy/rollingUpdate/maxUnavailable", 1), "does not roll"),
        ("PodDisruptionBudget control", o => Set(o, "spec/maxUnavailable", 2), "one at a time"),
        ("Deployment control", o => Set(Container(o), "env/0/value", "cpu"), "its devices are cpu"),
        ("Deployment worker", o => Set(Container(o), "env/0/value", "cuda:0"), "0 cards"),
        ("Deployment worker", o => Set(Container(o), "image", "grid-silo:0.0.0"), "not of version"),
        ("Deployment worker", o => Set(Container(o), "image", $"grid-else:{Dockerfile.Version}"), "no target 'else'"),
        ("Deployment worker", o => Set(Container(o), "image", "grid-silo:latest"), "another image tomorrow"),
        ("PodMonitor silo", o => Set(o, "spec/podMetricsEndpoints/0/port", "else"), "no port 'else'"),
        ("PodMonitor silo", o => Set(o, "spec/podMetricsEndpoints/0/path", "/else"), "no path '/else'"),
        ("PodMonitor silo", o => Set(o, "spec/selector/matchLabels/grid~silo", "else"), "selects nothing"),
        ("ScaledObject worker", o => Set(o, "spec/scaleTargetRef/name", "else"), "no Deployment 'else'"),
        ("ScaledObject worker", o => Set(o, "spec/scaleTargetRef/name", "control"), "undo the scaling"),
        ("ScaledObject worker", o => Set(o, "spec/triggers/0/metadata/query", "sum(grid_cells_pending)"), "other namespaces"),
        ("ScaledObject worker", o => Set(o, "spec/triggers/0/metadata/query", "sum(grid_groups_left{namespace=\"grid\"})"),
            "does not measure"),
        ("Deployment worker", o => Set(o, "spec/replicas", 2), "undo kubectl scale"),
        ("Deployment worker", o => Set(o, "spec/template/spec/topologySpreadConstraints/0/matchLabelKeys/0", "else"), "pods that go count"),
        ("PodDisruptionBudget control", o => Set(o, "spec/unhealthyPodEvictionPolicy", "IfHealthyBudget"), "holds up the drain"),
        ("ConfigMap grid", o => Set(o, "data/PGSSLROOTCERT", "/etc/ca.crt"), "PGSSLROOTCERT is not in a mounted secret"),
        ("ConfigMap grid", o => Set(o, "data/Grid__Identity__PeopleFile", "/etc/people"), "PeopleFile is not in a mounted secret"),
        ("ConfigMap grid", o => Set(o, "data/Grid__Identity__HttpsPort", "8443"), "the silo opens 8443"),
        ("ConfigMap grid", o => Set(o, "data/OTEL_EXPORTER_OTLP_ENDPOINT", "http://else:4317"), "lets it out at port 4317"),
        ("CronJob backup", o => Set(o, "spec/jobTemplate/spec/template/spec/volumes/1/persistentVolumeClaim/claimName", "else"),
            "no volume claim 'else'"),
        ("CronJob backup", o => Set(o, "spec/jobTemplate/spec/template/spec/volumes/0/configMap/name", "else"),
            "no ConfigMap 'else' to mount"),
    ];

    public static TheoryData<int, string> Each => new(Faults.Select((f, i) => (i, f.Finding)));

    [Theory, MemberData(nameof(Each))]
    public void A_fault_is_found(int index, string finding)
    {
        var (name, damage, _) = Faults[index];
        var inBase = Renderings.Of(Renderings.Base);
        var whole = inBase.Objects.Any(o => Rendering.Label(o) == name) ? inBase : Renderings.Of("prod");
        var objects = whole.Objects.Select(o => (JsonObject)o.DeepClone()).ToList();
        damage(objects.Single(o => Rendering.Label(o) == name));
        var damaged = whole with { Objects = objects };
        Assert.Contains(All(damaged), f => f.Contains(finding, StringComparison.Ordinal));
    }

    static IEnumerable<string> All(Rendering r) =>
        [.. References.Findings(r), .. Probes.Findings(r), .. Settings.Findings(r), .. Security.Findings(r), .. Rollout.Findings(r), .. Images.Findings(r)];

    static JsonObject Container(JsonObject o) => (JsonObject)o.Items("spec/template/spec/containers").Single();

    /// <param name="path">Keys and indices with slashes; a slash within a key is written ~.</param>
    static void Set(JsonNode node, string path, JsonNode value)
    {
        var keys = path.Split('/');
        foreach (var key in keys[..^1]) node = (node is JsonArray array ? array[Index(key)] : node[Key(key)])!;
        if (node is JsonArray list) list[Index(keys[^1])] = value;
        else node[Key(keys[^1])] = value;
        static string Key(string key) => key.Replace('~', '/');
        static int Index(string key) => key[0] - '0';
    }
}
