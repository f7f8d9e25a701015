using System.CommandLine;
using System.Globalization;
using Grid.Client.Views;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;

namespace Grid.Client.Commands;

/// <summary><c>workers</c> lists the slots that compute, and their devices.</summary>
static class WorkersVerb
{
    public static Command Make() =>
        Verb.Make("workers", "List the cluster's workers: their devices, what they do, and how fast.", [Arguments.Json], _ => async call =>
        {
            var workers = await call.Gateway.Desk.Workers();
            if (call.WantsJson)
            {
                call.Console.Json(new WorkersDocument([.. workers.Select(ClusterDocuments.Of)]));
                return ExitCode.Done;
            }

            if (workers.Length == 0)
            {
                TextWrap.Write(call.Console,
                    "No worker reported in the last minute: check in the silos' logs that one runs and has a device.");
                return ExitCode.Done;
            }

            var table = new TextTable("worker", "state", "cells", "cells/h", "up", "memory", "device",
                "doing")
            { Numbers = { "cells", "cells/h", "up", "memory" } };
            foreach (var w in workers)
            {
                table.Add(
                [
                    w.Worker, w.State, w.Cells.ToString(CultureInfo.InvariantCulture),
                    w.CellsPerHour.ToString("0", CultureInfo.InvariantCulture), NumberText.Time(w.Seen - w.Started),
                    w.MemoryBytes > 0
                        ? $"{(w.MemoryBytes / 1073741824.0).ToString("0", CultureInfo.InvariantCulture)} GiB"
                        : NumberText.Unknown, w.Device, w.Doing,
                ]);
            }

            table.Write(call.Console);
            return ExitCode.Done;
        });
}
