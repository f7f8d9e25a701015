using System.Diagnostics;
using Grid.Contracts;
using Grid.Grains;

namespace Grid.Silo.Workers;

/// <summary>
/// The trace of a group from lease to report, one step a span, linked to the submission of its sweep: a sweep of a million cells in a
/// single trace is more than anybody can look at.
/// </summary>
static class GroupTrace
{
    /// <summary>Null where nobody listens. Not the current activity afterwards.</summary>
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

    /// <summary>A step on the group's way, until disposed.</summary>
    public static Activity? Step(Job job, string name) =>
        job.Trace is { } trace ? Traces.Source.StartActivity(name, ActivityKind.Internal, trace.Context) : null;
}
