using Grid.Grains.Storage;

namespace Grid.Grains.Notices;

/// <summary>Notifies somebody that a sweep is over.</summary>
public interface ISweepNotices
{
    /// <summary>Sends the message, and returns at once: the sweep does not wait for it.</summary>
    /// <param name="url">The address in the sweep file.</param>
    /// <param name="ended">The row as it was written when the sweep ended.</param>
    void Tell(string url, SweepRecord ended);
}
