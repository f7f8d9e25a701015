using System.Diagnostics;
using Grid.Contracts;
using Grid.Grains;
using Grid.Grains.Telemetry;

namespace Grid.Silo.Workers;

/// <summary>
/// The trace of a group from lease to report, with a span for each step, linked to the submission of its sweep: nobody could look at a
/// single trace of a million cells.
/// </summary>
static class GroupTrace
{
    /// <summary>Starts the trace; null where nobody listens. It does not become the current activity.</summary>
    public static Activity? Begin(GroupLease lease, string worker)
    {
        var submission = ActivityContext.TryParse(lease.Trace, null, isRemote: true, out var context)
            ? [new ActivityLink(context)]
            : Array.Empty<ActivityLink>();
        var around = Activity.Current;
        Activity.Current = null;
        var trace = Traces.Source.StartActivity("group", ActivityKind.Consumer, default(ActivityContext), links: submission, tags:
        [
            new("grid.sweep", lease.Sweep), new("grid.group", lease.Group), new("grid.attempt", lease.Attempt), new("grid.worker", worker),
            new("grid.attack", lease.Cell.Attack.Name), new("grid.cells", lease.Cells.Length),
        ]);
        Activity.Current = around;
        return trace;
    }

    /// <summary>Starts a step of the group, which lasts until it is disposed.</summary>
    public static Activity? Step(Job job, string name) =>
        job.Trace is { } trace ? Traces.Source.StartActivity(name, ActivityKind.Internal, trace.Context) : null;
}
