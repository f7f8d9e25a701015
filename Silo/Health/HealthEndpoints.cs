using Grid.Silo.Workers;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Grid.Silo.Health;

/// <summary>
/// The health that Kubernetes asks for. Started means that the silo has joined; live, that this process can answer, whatever others do, and
/// that none of its devices hangs; ready, that it takes work, which it does not while it drains.
/// </summary>
static class HealthEndpoints
{
    const string Live = "devices";

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<Serving>("serving").AddCheck<Devices>(Live);

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = IsOfLiveness });
        app.MapHealthChecks("/health/startup");
        app.MapHealthChecks("/health/ready");
    }

    public static bool IsOfLiveness(HealthCheckRegistration check) => check.Name == Live;

    sealed class Serving(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining")
            : lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("starting"));
    }

    sealed class Devices(WorkerHost workers) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                workers.Workers.Any(w => w.Worker.Hangs) ? HealthCheckResult.Unhealthy("a device hangs") : HealthCheckResult.Healthy());
    }
}
