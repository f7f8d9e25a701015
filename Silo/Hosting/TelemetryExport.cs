using Grid.Grains;
using Grid.Grains.Telemetry;
using Grid.Silo.Configuration;
using Grid.Silo.Telemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Grid.Silo.Hosting;

/// <summary>
/// Exports what this silo measures: to Prometheus at /metrics, and to a collector of traces if OTEL_EXPORTER_OTLP_ENDPOINT names one.
/// </summary>
static class TelemetryExport
{
    const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Each sweep has a series for each of four states, and the series of ended sweeps are not reused while the silo lives.
    const int MostSweepSeries = 20_000;

    static readonly string[] Meters =
    [
        SweepMetrics.Name, WorkerMetrics.Name, SiloMetrics.Name, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Npgsql",
    ];

    static readonly string[] Spans = [Traces.Name, "Microsoft.Orleans.Application", "Npgsql"];

    public static bool Traced(IConfiguration configuration) => configuration[Collector] is { Length: > 0 };

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration, SiloIdentity identity)
    {
        services.AddSingleton<SiloMetrics>();
        services.AddHostedService<CoordinatorKeepAlive>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(
                resource => resource.AddService("grid-silo", serviceVersion: SiloMetrics.Version, serviceInstanceId: identity.Silo))
            .WithMetrics(metrics => metrics
                .AddMeter(Meters)
                .AddView("grid.sweep.*", new MetricStreamConfiguration { CardinalityLimit = MostSweepSeries })
                .AddPrometheusExporter());
        if (Traced(configuration)) telemetry.WithTracing(traces => traces.AddSource(Spans).AddOtlpExporter());
    }

    public static void MapTelemetry(this WebApplication app)
    {
        app.MapPrometheusScrapingEndpoint();
        // This order, before any work, matters: what is counted while nobody listens is lost, the zeros of the start included.
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetRequiredService<SiloMetrics>();
    }
}
