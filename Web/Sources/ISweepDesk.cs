using Grid.Presentation.Documents;

namespace Grid.Web.Sources;

/// <summary>Where sweeps are handed in; a cluster has one, a folder has none.</summary>
public interface ISweepDesk
{
    /// <summary>Checks a sweep file and starts the sweep.</summary>
    /// <param name="file">Name of the sweep file, as messages show it.</param>
    /// <param name="text">Text of the sweep file.</param>
    /// <exception cref="Presentation.CommandLine.RefusedException">It cannot be run; the message says where and why.</exception>
    Task<SubmissionDocument> Submit(string file, string text, CancellationToken ct);
}
