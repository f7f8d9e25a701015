using System.Diagnostics.Metrics;
using System.Reflection;
using Grid.Lab;
using Grid.Silo.Files;
using Grid.Silo.Workers;

namespace Grid.Silo.Hosting;

/// <summary>The state of this silo: its slots, results that wait to be kept, and which build it is.</summary>
sealed class SiloMetrics
{
    public const string Name = "Grid.Silo";

    static readonly string[] States = ["busy", "free", "draining", "hangs", "broken"];

    public SiloMetrics(
        IMeterFactory meters, WorkerHost workers, IOutbox outbox, IHostApplicationLifetime lifetime,
        IEnumerable<CertificateEnd> certificates)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableUpDownCounter("grid.slots", () => Slots(workers, lifetime), "{slot}",
            "Slots of this silo's devices, by state.");
        meter.CreateObservableUpDownCounter("grid.results.waiting", () => outbox.Count, "{result}",
            "Results of this silo, on its disk or in memory, that their cells could not keep yet.");
        var build = new Measurement<int>(1, new("version", Version), new("commit", LabVersion.Commit));
        var ends = certificates.Select(End).ToList();
        meter.CreateObservableGauge(
            "grid.certificate.expiry", () => ends, "s", "When a certificate that this silo has read ends, in seconds since 1970.");
        meter.CreateObservableGauge("grid.build.info", () => build, null, "Always 1; its labels tell the build.");
    }

    public static string Version { get; } =
        typeof(SiloMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    static Measurement<long> End(CertificateEnd certificate) =>
        new(new DateTimeOffset(certificate.At).ToUnixTimeSeconds(), new KeyValuePair<string, object?>("certificate", certificate.Whose));

    static IEnumerable<Measurement<int>> Slots(WorkerHost workers, IHostApplicationLifetime lifetime)
    {
        var draining = lifetime.ApplicationStopping.IsCancellationRequested;
        var counts =
            workers.Workers.CountBy(
                w => w.Worker.Hangs ? "hangs" : w.Worker.IsBroken ? "broken" : draining ? "draining" : w.Worker.IsBusy ? "busy" : "free")
                .ToDictionary();
        return States.Select(
            state => new Measurement<int>(counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state)));
    }
}

/// <param name="Whose">Owner of the certificate: silo or authority.</param>
/// <param name="At">When the certificate expires.</param>
sealed record CertificateEnd(string Whose, DateTime At);
