using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Rules;

/// <summary>What an object names is there.</summary>
static class References
{
    /// <summary>Made by hand, by commands in k8s/README.md.</summary>
    static readonly string[] HandMade = ["grid-database", "grid-tls", "grid-client-tls", "grid-registry", "grid-people", "grid-bucket"];

    /// <summary>The label of pods that are started by hand.</summary>
    const string Client = "grid/client";

    public static IEnumerable<string> Findings(Rendering r) =>
        [.. r.Workloads.SelectMany(w => OfPods(r, w)), .. r.Silos.SelectMany(w => OfEndpoint(r, w, "OTEL_EXPORTER_OTLP_ENDPOINT")),
            .. r.Silos.SelectMany(w => OfEndpoint(r, w, "Grid__S3__Endpoint")),
            .. r.Of("Service").SelectMany(s => OfService(r, s)), .. r.Of("NetworkPolicy").SelectMany(n => OfNetwork(r, n)),
            .. r.Of("PodDisruptionBudget").SelectMany(b => OfBudget(r, b)), .. r.Of("ScaledObject").SelectMany(s => OfScaling(r, s)),
            .. r.Of("PodMonitor", "ServiceMonitor").SelectMany(m => OfMonitor(r, m)), .. r.Objects.SelectMany(o => OfNamespace(r, o))];

    static IEnumerable<string> OfPods(Rendering r, Workload w)
    {
        if (w.Object.At("spec/selector/matchLabels") is not null && !Rendering.Selects(w.Object.Map("spec/selector/matchLabels"), w.Labels))
            yield return $"{w}: its selector does not match its own pods";
        if (r.Workloads.Count(other => w.Object.At("spec/selector/matchLabels") is not null
            && Rendering.Selects(w.Object.Map("spec/selector/matchLabels"), other.Labels)) > 1)
            yield return $"{w}: its selector matches the pods of another";
        if (!r.Has("ServiceAccount", w.Pod.Text("serviceAccountName")))
            yield return $"{w}: there is no service account '{w.Pod.Text("serviceAccountName")}'";
        if (w.Object.At("spec/serviceName") is { } service && !r.Has("Service", service.ToString()))
            yield return $"{w}: there is no service '{service}'";
        foreach (var name in w.Containers.SelectMany(c => c.Items("envFrom")).Select(e => e.Text("configMapRef/name")))
            if (!r.Has("ConfigMap", name)) yield return $"{w}: there is no ConfigMap '{name}'";
        foreach (var secret in w.Pod.Items("volumes").Select(v => v.Text("secret/secretName")).Where(s => s.Length > 0))
        {
            if (HandMade.Contains(secret) && r.Of("Secret").Any())
                yield return $"{w}: the secret '{secret}' was made here and is not the one that is named";
            else if (!HandMade.Contains(secret) && !r.Has("Secret", secret)) yield return $"{w}: there is no secret '{secret}'";
        }

        foreach (var map in w.Pod.Items("volumes").Select(v => v.Text("configMap/name")).Where(m => m.Length > 0))
            if (!r.Has("ConfigMap", map)) yield return $"{w}: there is no ConfigMap '{map}' to mount";
        foreach (var claim in w.Pod.Items("volumes").Select(v => v.Text("persistentVolumeClaim/claimName")).Where(c => c.Length > 0))
            if (!r.Has("PersistentVolumeClaim", claim)) yield return $"{w}: there is no volume claim '{claim}'";

        var volumes = w.Pod.Items("volumes")
            .Concat(w.Object.Items("spec/volumeClaimTemplates").Select(c => c.At("metadata")!))
            .Select(v => v.Text("name"))
            .ToHashSet();
        foreach (var mount in w.Containers.SelectMany(c => c.Items("volumeMounts")).Select(m => m.Text("name")))
            if (!volumes.Contains(mount)) yield return $"{w}: there is no volume '{mount}'";
        if (w.Containers.Any(c => c.Items("env").Any(e => e.At("valueFrom/secretKeyRef") is not null)))
            yield return $"{w}: a secret stands in the environment; mount it as a file";
    }

    /// <summary>What silos are told to send traces or models to must be let out.</summary>
    static IEnumerable<string> OfEndpoint(Rendering r, Workload w, string setting)
    {
        var endpoint = w.Containers.Select(c => r.Environment(c).GetValueOrDefault(setting)).OfType<string>().FirstOrDefault();
        if (endpoint is null) yield break;
        var port = $"{new Uri(endpoint).Port}";
        var lets = r.Of("NetworkPolicy").Where(p => Rendering.Selects(p.Map("spec/podSelector/matchLabels"), w.Labels))
            .SelectMany(p => p.Items("spec/egress")).SelectMany(e => e.Items("ports"));
        if (!lets.Any(p => p.Text("port") == port)) yield return $"{w}: no policy lets it out at port {port} of {endpoint}";
    }

    static IEnumerable<string> OfService(Rendering r, JsonObject service)
    {
        var behind = r.Workloads.Where(w => Rendering.Selects(service.Map("spec/selector"), w.Labels)).ToList();
        if (behind.Count == 0) yield return $"{Rendering.Label(service)}: it selects no pods";
        foreach (var w in behind)
            foreach (var port in service.Items("spec/ports").Select(p => p.Text("targetPort")))
                if (!w.Opens(port)) yield return $"{Rendering.Label(service)}: {w} has no port '{port}'";
    }

    static IEnumerable<string> OfNetwork(Rendering r, JsonObject policy)
    {
        var selector = policy.Map("spec/podSelector/matchLabels");
        var meant = r.Workloads.Where(w => Rendering.Selects(selector, w.Labels)).ToList();
        if (meant.Count == 0 && !selector.ContainsKey(Client)) yield return $"{Rendering.Label(policy)}: it selects no pods";
        foreach (var port in policy.Items("spec/ingress").SelectMany(i => i.Items("ports")).Select(p => p.Text("port")))
            if (!meant.All(w => w.Opens(port)))
                yield return $"{Rendering.Label(policy)}: it lets others in at port {port}, which not all of its pods open";
        var peers = policy.Items("spec/ingress")
            .SelectMany(i => i.Items("from"))
            .Concat(policy.Items("spec/egress").SelectMany(e => e.Items("to")));
        foreach (var peer in peers.Where(p => p.At("namespaceSelector") is null && p.At("podSelector") is not null)
            .Select(p => p.Map("podSelector/matchLabels")))
            if (!peer.ContainsKey(Client) && !r.Workloads.Any(w => Rendering.Selects(peer, w.Labels)))
                yield return $"{Rendering.Label(policy)}: it names pods that do not exist ({string.Join(", ", peer)})";
    }

    static IEnumerable<string> OfBudget(Rendering r, JsonObject budget)
    {
        if (r.Workloads.Count(w => Rendering.Selects(budget.Map("spec/selector/matchLabels"), w.Labels)) != 1)
            yield return $"{Rendering.Label(budget)}: it does not select the pods of one workload";
    }

    static IEnumerable<string> OfScaling(Rendering r, JsonObject scaled)
    {
        var target = r.Of("Deployment").FirstOrDefault(d => d.Text("metadata/name") == scaled.Text("spec/scaleTargetRef/name"));
        if (target is null) yield return $"{Rendering.Label(scaled)}: there is no Deployment '{scaled.Text("spec/scaleTargetRef/name")}'";
        else if (target.At("spec/replicas") is not null)
            yield return $"{Rendering.Label(scaled)}: {Rendering.Label(target)} sets replicas, and every apply would undo the scaling";
        foreach (var query in scaled.Items("spec/triggers").Select(t => t.Text("metadata/query")))
        {
            if (!CompiledSilo.Measures(query.Split('(', '{')[1]))
                yield return $"{Rendering.Label(scaled)}: the silo does not measure what '{query}' asks for";
            if (!query.Contains($"namespace=\"{scaled.Text("metadata/namespace")}\"", StringComparison.Ordinal))
                yield return $"{Rendering.Label(scaled)}: it counts the groups of other namespaces too";
        }
    }

    static IEnumerable<string> OfMonitor(Rendering r, JsonObject monitor)
    {
        var selector = monitor.Map("spec/selector/matchLabels");
        var isPods = Rendering.Kind(monitor) == "PodMonitor";
        var ports = isPods
            ? r.Workloads.Where(w => Rendering.Selects(selector, w.Labels))
                .Select(w => w.Ports.Select(p => p.Text("name")).ToList())
                .ToList()
            : [.. r.Of("Service")
                .Where(s => Rendering.Selects(selector, s.Map("metadata/labels")))
                .Select(s => s.Items("spec/ports").Select(p => p.Text("name")).ToList())];
        if (ports.Count == 0) yield return $"{Rendering.Label(monitor)}: it selects nothing";
        foreach (var endpoint in monitor.Items(isPods ? "spec/podMetricsEndpoints" : "spec/endpoints"))
        {
            if (!ports.All(p => p.Contains(endpoint.Text("port"))))
                yield return $"{Rendering.Label(monitor)}: there is no port '{endpoint.Text("port")}'";
            if (!CompiledSilo.Paths.Contains(endpoint.Text("path")))
                yield return $"{Rendering.Label(monitor)}: the silo has no path '{endpoint.Text("path")}'";
        }
    }

    static IEnumerable<string> OfNamespace(Rendering r, JsonObject o)
    {
        if (Rendering.Kind(o) != "Namespace" && !r.Has("Namespace", o.Text("metadata/namespace")))
            yield return $"{Rendering.Label(o)}: there is no namespace '{o.Text("metadata/namespace")}'";
    }
}
