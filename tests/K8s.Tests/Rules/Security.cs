using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Rules;

/// <summary>Kubernetes' restricted pod security standard, spelled out, and what this project asks beyond it.</summary>
static class Security
{
    static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
        "persistentVolumeClaim", "projected", "secret"];

    public static IEnumerable<string> Findings(Rendering r) =>
        [.. r.Workloads.SelectMany(OfPod), .. r.Workloads.SelectMany(w => w.Containers.SelectMany(c => OfContainer(w, c))),
            .. r.Of("Namespace").SelectMany(OfNamespace), .. OfNetwork(r),
            .. from a in r.Of("ServiceAccount")
               where !a.Is("automountServiceAccountToken", false)
               select $"{Rendering.Label(a)}: its token is mounted",
            .. from o in r.Of("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
               select $"{Rendering.Label(o)}: nothing here needs a right in the cluster"];

    static IEnumerable<string> OfPod(Workload w)
    {
        foreach (var shared in new[] { "hostNetwork", "hostPID", "hostIPC" })
            if (w.Pod.Is(shared, true)) yield return $"{w}: {shared}";
        if (!w.Pod.Is("automountServiceAccountToken", false)) yield return $"{w}: the service account's token is mounted";
        if (!w.Pod.Is("enableServiceLinks", false)) yield return $"{w}: variables named after services";
        if (!w.Pod.Is("securityContext/runAsNonRoot", true)) yield return $"{w}: runAsNonRoot is not set";
        if (w.Pod.Whole("securityContext/runAsUser") is null or 0) yield return $"{w}: runAsUser is not set";
        if (w.Pod.Text("securityContext/seccompProfile/type") is not ("RuntimeDefault" or "Localhost"))
            yield return $"{w}: no seccomp profile";
        foreach (var volume in w.Pod.Items("volumes").Where(v => ((JsonObject)v).Any(p => p.Key != "name" && !Volumes.Contains(p.Key))))
            yield return $"{w}: volume {volume.Text("name")} is of a forbidden kind";
    }

    static IEnumerable<string> OfContainer(Workload w, JsonNode container)
    {
        var c = $"{w}, container {container.Text("name")}";
        if (!container.Is("securityContext/allowPrivilegeEscalation", false)) yield return $"{c}: allowPrivilegeEscalation";
        if (!container.Is("securityContext/readOnlyRootFilesystem", true)) yield return $"{c}: the root file system can be written";
        if (container.Is("securityContext/privileged", true)) yield return $"{c}: privileged";
        if (!container.Items("securityContext/capabilities/drop").Any(d => d.ToString() == "ALL")
            || container.Items("securityContext/capabilities/add").Any()) yield return $"{c}: it keeps capabilities";
        if (container.Is("securityContext/runAsNonRoot", false) || container.Whole("securityContext/runAsUser") == 0)
            yield return $"{c}: it runs as root";
        if (container.Items("ports").Any(p => p.At("hostPort") is not null)) yield return $"{c}: hostPort";
        foreach (var amount in new[] { "requests/cpu", "requests/memory", "limits/memory" })
            if (double.IsNaN(Quantity.Of(container.Text($"resources/{amount}")))) yield return $"{c}: no {amount}";
        if (container.At("resources/limits/cpu") is not null) yield return $"{c}: a limit on processor time makes a busy silo look dead";
        foreach (var amount in container.Map("resources/requests"))
            if (Quantity.Of(amount.Value) > Quantity.Of(container.Text($"resources/limits/{amount.Key}")))
                yield return $"{c}: it asks for more {amount.Key} than its limit";
        var limit = Quantity.Of(container.Text("resources/limits/ephemeral-storage"));
        if (limit < w.Pod.Items("volumes").Select(v => Quantity.Of(v.Text("emptyDir/sizeLimit"))).Where(s => !double.IsNaN(s)).Sum())
            yield return $"{c}: its volumes may fill more than its ephemeral-storage";
        var mounted = container.Items("volumeMounts").Select(m => m.Text("mountPath")).ToHashSet();
        if (!mounted.Contains("/tmp")) yield return $"{c}: nowhere to write temporary files";
    }

    static IEnumerable<string> OfNamespace(JsonObject space)
    {
        if (space.Map("metadata/labels").GetValueOrDefault("pod-security.kubernetes.io/enforce") != "restricted")
            yield return $"{Rendering.Label(space)}: pod security is not restricted";
    }

    static IEnumerable<string> OfNetwork(Rendering r)
    {
        if (!r.Of("NetworkPolicy")
            .Any(p => p.At("spec/podSelector") is JsonObject { Count: 0 } && p.At("spec/ingress") is null && p.At("spec/egress") is null
                && p.Items("spec/policyTypes").Select(t => t.ToString()).Order().SequenceEqual(["Egress", "Ingress"])))
            yield return "no NetworkPolicy denies by default";
    }
}
