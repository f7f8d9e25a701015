using System.Globalization;
using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Rules;

/// <summary>Changing pods one by one never leaves clients alone nor waits for a card that is not there.</summary>
static class Rollout
{
    public static IEnumerable<string> Findings(Rendering r)
    {
        foreach (var (name, unavailable, surge) in new[] { ("control", 0, 1), ("worker", 1, 0) })
        {
            if (r.Of("Deployment").FirstOrDefault(d => d.Text("metadata/name") == name) is not { } deployment)
            {
                yield return $"there is no Deployment {name}";
                continue;
            }

            if ((deployment.Whole("spec/strategy/rollingUpdate/maxUnavailable"), deployment.Whole("spec/strategy/rollingUpdate/maxSurge")) != (unavailable, surge))
                yield return $"{Rendering.Label(deployment)}: it does not roll with maxUnavailable {unavailable} and maxSurge {surge}";
            foreach (var constraint in deployment.Items("spec/template/spec/topologySpreadConstraints"))
                if (!constraint.Items("matchLabelKeys").Any(k => k.ToString() == "pod-template-hash"))
                    yield return $"{Rendering.Label(deployment)}: pods that go count where new ones are spread";
            var budgets = r.Of("PodDisruptionBudget")
                .Where(b => Rendering.Selects(b.Map("spec/selector/matchLabels"), deployment.Map("spec/template/metadata/labels"))).ToList();
            if (name == "control" && !budgets.Any(b => b.Whole("spec/maxUnavailable") == 1))
                yield return $"{Rendering.Label(deployment)}: no PodDisruptionBudget takes one at a time";
            // Those taken first wait for the GPUs of those still there.
            if (name == "worker" && budgets.Count > 0) yield return $"{Rendering.Label(deployment)}: a budget holds up the drain of a node whose GPUs are all in use";
        }

        foreach (var budget in r.Of("PodDisruptionBudget").Where(b => b.Text("spec/unhealthyPodEvictionPolicy") != "AlwaysAllow"))
            yield return $"{Rendering.Label(budget)}: a pod that never gets ready holds up the drain of its node";
        foreach (var worker in r.Of("Deployment").Where(d => d.Text("metadata/name") == "worker" && d.At("spec/replicas") is not null))
            yield return $"{Rendering.Label(worker)}: it sets replicas, and every apply would undo kubectl scale";
        var ofGpus = r.Silos.Any(w => w.Containers.Sum(Cards) > 0);
        foreach (var w in r.Workloads.Where(w => ofGpus && w.Labels.GetValueOrDefault("app.kubernetes.io/component") is "control" or "schema"))
            if (!w.Pod.Items("affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution").Any())
                yield return $"{w}: it would as soon run on a node with GPUs";

        foreach (var w in r.Silos)
        {
            var devices = w.Containers.Select(c => r.Environment(c).GetValueOrDefault("Grid__Devices")).Single();
            var cards = w.Containers.Sum(Cards);
            if (w.Labels["app.kubernetes.io/component"] == "control" != (devices == "none")) yield return $"{w}: its devices are {devices}";
            if ((devices ?? "").Split(',').Count(d => d.StartsWith("cuda:", StringComparison.Ordinal)) != cards) yield return $"{w}: it has {cards} cards and its devices are {devices}";
        }
    }

    // Whole GPUs, or slices of them.
    static int Cards(JsonNode container) =>
        container.Map("resources/limits").Where(l => l.Key.StartsWith("nvidia.com/", StringComparison.Ordinal))
            .Sum(l => int.Parse(l.Value, CultureInfo.InvariantCulture));
}
