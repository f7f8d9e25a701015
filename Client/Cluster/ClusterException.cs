namespace Grid.Client.Cluster;

/// <summary>The cluster cannot be reached or did not answer. The message is one line that says what to check.</summary>
sealed class ClusterException(string message, Exception? inner = null) : IOException(message, inner);
