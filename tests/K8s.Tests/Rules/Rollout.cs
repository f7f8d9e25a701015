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
            if (!r.Of("PodDisruptionBudget").Any(b => Rendering.Selects(b.Map("spec/selector/matchLabels"), deployment.Map("spec/template/metadata/labels")) && b.Whole("spec/maxUnavailable") == 1))
                yield return $"{Rendering.Label(deployment)}: no PodDisruptionBudget takes one at a time";
        }

        foreach (var w in r.Silos)
        {
            var devices = w.Containers.Select(c => r.Environment(c).GetValueOrDefault("Grid__Devices")).Single();
            var cards = w.Containers.Sum(Cards);
            if (w.Labels["app.kubernetes.io/component"] == "control" != (devices == "none")) yield return $"{w}: its devices are {devices}";
            if ((devices ?? "").Split(',').Count(d => d.StartsWith("cuda:", StringComparison.Ordinal)) != cards) yield return $"{w}: it has {cards} cards and its devices are {devices}";
        }
    }

    static int Cards(JsonNode container) =>
        container.Map("resources/limits").TryGetValue("nvidia.com/gpu", out var count) ? int.Parse(count, CultureInfo.InvariantCulture) : 0;
}
