namespace Grid.Torch;

/// <summary>A device was asked for that is not here. The message is one line that says which devices are, or what is missing.</summary>
/// <param name="message">What is wrong, in one line.</param>
/// <param name="inner">The error behind it; null without one.</param>
public sealed class DeviceMissingException(string message, Exception? inner = null) : Exception(message, inner);
