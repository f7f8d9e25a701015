using Grid.K8s.Tests.Docker;

namespace Grid.K8s.Tests.Rules;

/// <summary>Images are the Dockerfile's, of its version; others have a tag that says which.</summary>
static class Images
{
    public static IEnumerable<string> Findings(Rendering r)
    {
        foreach (var w in r.Workloads)
        {
            foreach (var image in w.Containers.Select(c => c.Text("image")))
            {
                // A digest says which image it is, whatever its tag.
                if (image.Contains("@sha256:", StringComparison.Ordinal)) continue;
                var colon = image.LastIndexOf(':');
                var (name, tag) = colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..]) : (image, "");
                var isOurs = w.Labels.GetValueOrDefault("app.kubernetes.io/name") is "grid" or "gridctl";
                var target = name.Replace("grid-", "", StringComparison.Ordinal).Split('/')[^1];
                // The base leaves the tag to the overlays.
                if (r.Name == Renderings.Base && tag.Length == 0) continue;
                if (!tag.Any(char.IsAsciiDigit)) yield return $"{w}: '{image}' may be another image tomorrow";
                if (isOurs && tag != Dockerfile.Version) yield return $"{w}: '{image}' is not of version {Dockerfile.Version}";
                if (isOurs && !Dockerfile.Targets.Contains(target)) yield return $"{w}: the Dockerfile has no target '{target}'";
                var isGpu =
                    r.Environment(w.Containers.First()).GetValueOrDefault("Grid__Devices")?.Contains("cuda", StringComparison.Ordinal)
                        == true;
                var isSilo = isOurs && target != "gridctl";
                if (isSilo && isGpu != (target == "silo-gpu")) yield return $"{w}: '{image}' is not the image for its devices";
            }
        }
    }
}
