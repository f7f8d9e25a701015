using Grid.Sweeps.Files;

namespace Grid.Sweeps.Journals;

/// <summary>The folder of a sweep cannot be used as it is: another run holds it, it belongs to another sweep, or it is damaged. The message
/// is one line, which says so and what to do.</summary>
/// <param name="message">What went wrong, in one line.</param>
/// <param name="inner">The error behind it.</param>
public sealed class JournalException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);

/// <summary>A result could not be written, as on a full disk. What was written before is whole and readable.</summary>
/// <param name="message">What went wrong, in one line.</param>
/// <param name="inner">The error behind it.</param>
public sealed class JournalWriteException(string message, Exception inner) : IOException(message, inner);
