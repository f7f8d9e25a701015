using System.Text.Json.Serialization;

namespace Grid.Local.Cluster;

/// <summary>What was started, as <c>cluster.json</c> in the folder says.</summary>
sealed record ClusterState
{
    /// <summary>The database; null before there is one.</summary>
    public DatabaseState? Database { get; init; }

    public IReadOnlyList<SiloState> Silos { get; init; } = [];

    /// <summary>Prometheus; null where it is not installed.</summary>
    public WatcherState? Watcher { get; init; }

    /// <summary>The gateways in the form that GRID_CLUSTER takes.</summary>
    [JsonIgnore]
    public string Gateways => string.Join(',', Silos.Select(s => FormattableString.Invariant($"localhost:{s.GatewayPort}")));
}

/// <param name="Port">Port on the loopback address.</param>
sealed record DatabaseState(DatabaseKind Kind, int Port);

enum DatabaseKind
{
    /// <summary>A database of somebody else's, which ConnectionStrings__Grid names.</summary>
    Given,

    /// <summary>A server that the machine's own packages brought.</summary>
    Packaged,

    Container,
}

/// <summary>A silo that was started. Its ports are on the loopback address.</summary>
sealed record SiloState(string Name, Daemon Daemon, int SiloPort, int GatewayPort, int HttpPort);

sealed record WatcherState(Daemon Daemon, int Port);
