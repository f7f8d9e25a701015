using Grid.Sweeps.Files;

namespace Grid.Presentation.CommandLine;

/// <summary>What was asked for cannot be done. The message is one line that says why and what to do.</summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner);

/// <summary>A run could not go on, because of a full disk for example; finished cells are kept. The message is one line that says why and
/// how to continue.</summary>
public sealed class StoppedException(string message, Exception inner) : IOException(message, inner);
