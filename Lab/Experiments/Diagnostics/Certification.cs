using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>What a defense proves about the evaluation samples. It is computed once for a model, whichever attacks and strengths need
/// it.</summary>
static class Certification
{
    /// <summary>The certificates in evaluation order; null where nothing is proven or the strengths are no radii of its norm.</summary>
    public static IReadOnlyList<Certificate>? Of(ExperimentContext setting, Classifier network, IEnumerable<Func<Batch>> batches, int count)
    {
        if (!setting.Defense.Certifies
            || !string.Equals(Catalogue.Traits.Threat(setting.Cell.Attack), setting.Defense.CertifiedNorm.ToString(),
                StringComparison.OrdinalIgnoreCase)) return null;
        var content = setting.Model is GivenModel file ? $"{setting.Data.Sha256} {file.Sha256}" : setting.Data.Sha256;
        var key = $"{TrainedModel.Key(setting.Cell, strength: 0, content, setting.Seed, setting.Cell.Defense)}-certificates-{count}";
        var stored = setting.Models.Get(key, () =>
        {
            var (classes, radii) = (new float[count], new float[count]);
            var done = 0;
            foreach (var batch in batches)
            {
                using var scope = setting.Device.Scope();
                var proven = setting.Defense.Certify(network, batch(), setting.Seed, Report, setting.Cancellation);
                foreach (var certificate in proven) (classes[done], radii[done++]) = (certificate.Class, (float)certificate.Radius);
            }

            return [new("class", [count], classes), new("radius", [count], radii)];

            void Report(string line) => setting.Report($"certifying {setting.Data.Name}: {done} of {count} samples, {line}");
        }, setting.Cancellation);
        return [.. stored[0].Values.Zip(stored[1].Values, (c, radius) => new Certificate((int)c, radius))];
    }

    /// <summary>The certified accuracy of a cell whose strength is a radius.</summary>
    public static IEnumerable<(string, Measurement)> Measure(IReadOnlyList<Certificate>? certificates, int[] labels, double radius)
    {
        if (certificates is null) yield break;
        var right = certificates.Where((c, i) => c.Class == labels[i]).ToList();
        yield return (Metric.CertifiedAccuracy, Measurement.Rate(right.Count(c => Proven(c) >= radius), certificates.Count));
        yield return (Metric.AverageCertifiedRadius, new(right.Sum(c => c.Radius) / certificates.Count, certificates.Count));
        yield return (Metric.AbstainRate, Measurement.Rate(certificates.Count(c => c.Class < 0), certificates.Count));
    }

    // Radii are kept as floats, which may lie half a step above what was proven.
    static double Proven(Certificate certificate) =>
        certificate.Radius > 0 ? MathF.BitDecrement((float)certificate.Radius) : certificate.Radius;
}
