namespace Grid.Torch;

/// <summary>A device was asked for that is not here; the message is one line that says which are, or what is missing.</summary>
public sealed class DeviceMissingException(string message, Exception? inner = null) : Exception(message, inner);
