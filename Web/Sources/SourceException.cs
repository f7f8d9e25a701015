namespace Grid.Web.Sources;

/// <summary>A source cannot answer now; the message is one line for the person who asks.</summary>
public sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);
