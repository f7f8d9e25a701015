using Grid.Sweeps.Files;

namespace Grid.Lab;

/// <summary>An error that the same cell will meet again: shown to the user as it is, never retried.</summary>
/// <param name="message">What is wrong. It is made one line, whatever a damaged file that it quotes may hold.</param>
/// <param name="inner">The error behind it; null without one.</param>
public sealed class LabException(string message, Exception? inner = null)
    : Exception(OneLine.Of(message), inner);
