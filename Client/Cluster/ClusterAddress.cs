using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Grid.Presentation.CommandLine;

namespace Grid.Client.Cluster;

/// <summary>Where a cluster's gateways are, and what it is called.</summary>
/// <param name="Gateways">Host names or addresses of the gateways, with their ports.</param>
/// <param name="ClusterId">Id of the cluster, as the settings of its silos say.</param>
sealed record ClusterAddress(IReadOnlyList<DnsEndPoint> Gateways, string ClusterId)
{
    public const string Default = "localhost:30000";

    public const string DefaultId = "grid";

    const int DefaultPort = 30000;

    /// <param name="text">One or more <c>host:port</c>, separated by commas. An IPv6 address stands in brackets, and the port may be left
    /// out.</param>
    /// <param name="source">The option or variable that held the text, for messages.</param>
    /// <exception cref="RefusedException">The text is not such a list.</exception>
    public static ClusterAddress Parse(string text, string clusterId, string source = "--cluster") =>
        new([.. text.Split(',', StringSplitOptions.TrimEntries)
            .Select(
                part => Gateway(part) ?? throw new RefusedException($"{source} {text}: '{part}' is not HOST:PORT, such as silo-1:30000"))],
            clusterId);

    /// <summary>Every address of every gateway, IPv4 first; a name may stand for many silos.</summary>
    /// <exception cref="SocketException">None of the host names is known.</exception>
    public async Task<IReadOnlyList<IPEndPoint>> Resolve(CancellationToken ct)
    {
        var (found, unknown) = (new List<IPEndPoint>(), default(SocketException));
        foreach (var gateway in Gateways)
        {
            try
            {
                found.AddRange((await Dns.GetHostAddressesAsync(gateway.Host, ct)).Select(a => new IPEndPoint(a, gateway.Port)));
            }
            catch (SocketException e)
            {
                unknown = e;
            }
        }

        return found.Count == 0 && unknown is not null
            ? throw unknown
            : [.. found.Distinct().OrderBy(e => e.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)];
    }

    public override string ToString() =>
        string.Join(',',
            Gateways.Select(g => g.Host.Contains(':', StringComparison.Ordinal) ? $"[{g.Host}]:{g.Port}" : $"{g.Host}:{g.Port}"));

    static DnsEndPoint? Gateway(string text)
    {
        var colon = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var (host, rest) = colon < 0 ? (text, "") : (text[..colon], text[colon..]);
        host = host.StartsWith('[') ? host.Trim('[', ']') : host;
        var port = DefaultPort;
        if (rest.Length > 0
            && !(int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && rest[0] == ':'
                && port is > 0 and < 65536)) return null;
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new(host, port);
    }
}
