namespace Grid.Presentation.CommandLine;

/// <summary>What was asked for cannot be done; the message is one line that says why and what to do.</summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A run could not go on, as on a full disk; what is finished is kept. One line that says why and how to continue.</summary>
public sealed class StoppedException(string message, Exception inner) : IOException(message, inner);
